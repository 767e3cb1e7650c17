// The inspectorate's cases: read from its service, each with its evidence; decided with a reason.

import { send } from "./commands.js";
import { dayAndHour } from "./clock.js";

const place = document.getElementById("cases");
const words = JSON.parse(place.dataset.words);
const template = document.getElementById("case");
const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
const language = document.documentElement.lang;
const ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

/** Names of the carriers that cases and their evidence hold by id. */
async function named(cases) {
  const ids = new Set();
  for (const one of cases) {
    if (words.carriers.includes(one.detector)) ids.add(one.subject);
    for (const { other } of one.seen) if (other && ID.test(other)) ids.add(other);
  }
  if (!ids.size) return new Map();
  const answer = await send("/api/identity/organisations/names", { ids: [...ids].slice(0, 100) }).catch(() => null);
  const told = answer?.ok ? await answer.json() : [];
  return new Map(told.map(({ id, names }) => [id, names[language]]));
}

function evidence(one, detector, names) {
  const line = document.createElement("li");
  const said = words.seen[detector]
    .replace("%p", one.plate ?? "–")
    .replace("%o", names.get(one.other) ?? one.other ?? "–")
    .replace("%n", one.number === null ? "–" : number.format(one.number));
  line.append(`${dayAndHour(Date.parse(one.at))} · ${said} `);
  if (one.crossing_id) {
    const link = document.createElement("a");
    link.href = `/crossings/${one.crossing_id}`;
    link.textContent = place.dataset.file;
    line.append(link);
  }
  return line;
}

function drawn(one, names) {
  const card = template.content.firstElementChild.cloneNode(true);
  const put = (what, text) => (card.querySelector(`[data-${what}]`).textContent = text);
  put("name", words.detectors[one.detector]);
  put("means", words.means[one.detector]);
  put("subject", names.get(one.subject) ?? one.subject);
  put("opened", place.dataset.since.replace("%", dayAndHour(Date.parse(one.opened_at))));
  put("evidence", place.dataset.evidence.replace("%", number.format(one.seen.length)));
  card.querySelector("[data-seen]").append(...one.seen.map((seen) => evidence(seen, one.detector, names)));
  const form = card.querySelector("form");
  if (one.state === "OPEN") {
    form.dataset.version = one.version;
    for (const button of form.querySelectorAll("[data-way]"))
      button.addEventListener("click", () => (form.dataset.command = `/api/inspectorate/cases/${one.id}/${button.dataset.way}`));
  } else {
    form.remove();
    card.querySelector(`[data-state="${one.state}"]`).hidden = false;
    card.querySelector("[data-reason]").hidden = false;
    put("reason", `${dayAndHour(Date.parse(one.decided_at))} · ${one.reason}`);
  }
  return card;
}

async function read(section, cursor) {
  const more = section.querySelector("[data-more]");
  const found = section.querySelector("[data-found]");
  const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
  const answer = await fetch(`${section.dataset.cases}${query}`).catch(() => null);
  const told = answer?.ok ? await answer.json() : null;
  if (told) {
    const names = await named(told.items);
    const cards = told.items.map((one) => drawn(one, names));
    if (cursor) found.append(...cards);
    else found.replaceChildren(...cards);
    more.hidden = !told.next;
    more.onclick = () => read(section, told.next);
  }
  const stands = told ? (found.childElementCount ? "" : "empty") : "failed";
  for (const one of section.querySelectorAll("[data-stand]")) one.hidden = one.dataset.stand !== stands;
}

function all() {
  for (const section of place.querySelectorAll("[data-cases]")) read(section);
}

all();
document.addEventListener("done", all);
