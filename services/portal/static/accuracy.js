// How good each queue's forecasts were: asked of the queue, by whoever looks.

const place = document.getElementById("accuracy");
const routes = JSON.parse(place.dataset.routes);
const spoken = document.documentElement.lang;
const language = spoken === "en" ? "en-GB" : spoken;
const number = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
const minutes = (value) => place.dataset.minutes.replace("%", number.format(value));

const SAID = {
  queue: (row) => `${routes[row.route] ?? row.route} · ${place.dataset[row.direction.toLowerCase()]}`,
  method: (row) => place.dataset[row.method === "LEARNED" ? "learned" : "plan"],
  trucks: (row) => number.format(row.trucks),
  within: (row) => percent.format(row.within),
  by_p90: (row) => percent.format(row.by_p90),
  off_by: (row) => minutes(row.off_by),
  wide: (row) => minutes(row.wide),
  gate_within: (row) => (row.gate_trucks ? percent.format(row.gate_within) : "–"),
  gate_off_by: (row) => (row.gate_trucks ? minutes(row.gate_off_by) : "–"),
};

function drawn(told) {
  const row = place.querySelector("template").content.cloneNode(true);
  for (const cell of row.querySelectorAll("[data-put]")) cell.textContent = SAID[cell.dataset.put](told);
  return row;
}

async function ask() {
  const answer = await fetch(place.dataset.asks).catch(() => null);
  const told = answer?.ok ? await answer.json() : null;
  const stands = told ? (told.length ? "" : "empty") : "failed";
  for (const one of place.querySelectorAll("[data-stand]")) one.hidden = one.dataset.stand !== stands;
  place.querySelector("table").hidden = Boolean(stands);
  place.querySelector("tbody").replaceChildren(...(told ?? []).map(drawn));
}

ask();
