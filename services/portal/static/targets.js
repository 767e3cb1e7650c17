// How the gate kept its own targets: one table by side, one by day, asked of the gate's service.

const place = document.getElementById("targets");
const words = JSON.parse(place.dataset.words);
const spoken = document.documentElement.lang;
const language = spoken === "en" ? "en-GB" : spoken;
const number = new Intl.NumberFormat(language);
const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
const span = (minutes) => (minutes < 60 ? unit(minutes, "minute") : unit(minutes / 60, "hour"));

function unit(value, of) {
  return new Intl.NumberFormat(spoken, { style: "unit", unit: of, unitDisplay: "short", maximumFractionDigits: 1 }).format(value);
}

const SAID = {
  day: (row) => row.day && new Date(`${row.day}T00:00:00Z`).toLocaleDateString(language, { timeZone: "UTC" }),
  target: (row) => words[`target.${row.target}`],
  whose: (row) => words[`whose.${row.whose}`],
  route: (row) => words[`route.${row.route}`] ?? row.route,
  waits: (row) => number.format(row.waits),
  missed: (row) => number.format(row.missed),
  share: (row) => percent.format(row.missed / row.waits),
  minutes_over: (row) => span(row.minutes_over),
};

function drawn(template, told) {
  const row = template.content.cloneNode(true);
  for (const cell of row.querySelectorAll("[data-put]")) cell.textContent = SAID[cell.dataset.put](told);
  return row;
}

async function fill(section) {
  const answer = await fetch(`${place.dataset.asks}&by=${section.dataset.tally}`).catch(() => null);
  const told = answer?.ok ? await answer.json() : null;
  const stands = told ? (told.length ? "" : "empty") : "failed";
  for (const one of section.querySelectorAll("[data-stand]")) one.hidden = one.dataset.stand !== stands;
  const table = section.querySelector("table");
  table.hidden = Boolean(stands);
  const latest = section.dataset.tally === "day" ? (told ?? []).reverse() : (told ?? []);
  table.tBodies[0].replaceChildren(...latest.map((one) => drawn(section.querySelector("template"), one)));
}

for (const section of place.querySelectorAll("[data-tally]")) fill(section);
