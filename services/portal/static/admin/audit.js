// The audit of the whole gate: each owner keeps its own, the page asks all of them and puts them in one order.

import { fill } from "./list.js";

const PAGE = 50;
const place = document.getElementById("audit");
const form = document.getElementById("seek-audit");
const part = document.getElementById("part");
const body = place.querySelector("tbody");
const template = place.querySelector("template");
const more = place.querySelector("[data-more]");
const standing = place.querySelector("[data-standing]");
const words = JSON.parse(place.dataset.words);
let owners = [];

function midnight(day, over) {
  const at = new Date(`${day}T00:00:00+07:00`);
  if (over) at.setUTCDate(at.getUTCDate() + 1);
  return at.toISOString();
}

function query() {
  const asked = new URLSearchParams({ limit: PAGE });
  for (const [name, value] of new FormData(form)) if (value.trim()) asked.set(name, value.trim());
  if (asked.has("since")) asked.set("since", midnight(asked.get("since"), false));
  if (asked.has("until")) asked.set("until", midnight(asked.get("until"), true));
  return asked;
}

/** One owner's next lines; those read and not yet shown wait. */
async function read(owner) {
  if (owner.lines.length || owner.over) return;
  if (owner.next) owner.query.set("cursor", owner.next);
  const answer = await fetch(`/api/${owner.name}/audit?${owner.query}`).catch(() => null);
  owner.failed = !answer?.ok;
  const told = owner.failed ? { items: [], next: null } : await answer.json();
  owner.lines = told.items;
  owner.next = told.next;
  owner.over = !told.next;
}

async function show() {
  for (let shown = 0; shown < PAGE; shown += 1) {
    await Promise.all(owners.map(read));
    const [latest] = owners.filter(({ lines }) => lines.length).sort((one, other) => other.lines[0].at.localeCompare(one.lines[0].at));
    if (!latest) break;
    const line = latest.lines.shift();
    const row = template.content.firstElementChild.cloneNode(true);
    body.append(fill(row, { ...line, denied: line.decision === "denied" }, words));
  }
  const failed = owners.filter((owner) => owner.failed);
  stand(failed.length === owners.length ? "failed" : body.rows.length ? "" : "empty");
  part.hidden = !failed.length || failed.length === owners.length;
  part.textContent = place.dataset.part.replace("%", failed.map(({ name }) => name).join(", "));
  more.hidden = owners.every(({ lines, over }) => over && !lines.length);
}

function stand(how) {
  for (const one of standing.children) one.hidden = one.dataset.stand !== how;
  body.closest("table").hidden = !body.rows.length;
}

async function again() {
  body.replaceChildren();
  stand("loading");
  owners = place.dataset.owners.split(" ").map((name) => ({ name, query: query(), lines: [], next: null, over: false }));
  await show();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  again();
});
more.addEventListener("click", show);
body.addEventListener("click", ({ target }) => {
  const narrows = target.closest("[data-narrows]");
  if (!narrows) return;
  form.elements[narrows.dataset.narrows].value = narrows.textContent;
  form.requestSubmit();
});
again();
