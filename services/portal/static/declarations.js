// Declarations, the latest first, found by number and stage; their owner answers for what the reader may see.

import { fill } from "./admin/list.js";

const place = document.getElementById("declarations");
const form = place.querySelector("form");
const body = place.querySelector("tbody");
const template = place.querySelector("template");
const more = place.querySelector("[data-more]");
const words = JSON.parse(place.dataset.words);
let next = null;

function query(cursor) {
  const asked = new URLSearchParams({ latest: "true" });
  for (const [name, value] of new FormData(form)) if (value.trim()) asked.set(name, value.trim());
  if (cursor) asked.set("cursor", cursor);
  return asked;
}

function row(declared) {
  const made = template.content.firstElementChild.cloneNode(true);
  const goods = [...new Set(declared.lines.map((line) => line.description ?? line.hs_code))].slice(0, 3).join(", ");
  fill(made, { ...declared, goods }, words);
  made.querySelector("[data-leads]").href = `/declarations/${declared.id}`;
  return made;
}

async function read(cursor) {
  const answer = await fetch(`/api/customs-declarations/declarations?${query(cursor)}`).catch(() => null);
  if (!answer?.ok) return stand("failed");
  const told = await answer.json();
  next = told.next;
  body.append(...told.items.map(row));
  more.hidden = !next;
  stand(body.rows.length ? "" : "empty");
}

function stand(how) {
  for (const one of place.querySelector("[data-standing]").children) one.hidden = one.dataset.stand !== how;
  body.closest("table").hidden = !body.rows.length;
}

function again() {
  body.replaceChildren();
  stand("loading");
  read();
}

/** How customs' own system stands, for who watches it. */
async function showSource(standing) {
  const answer = await fetch(standing.dataset.source).catch(() => null);
  if (!answer?.ok) return;
  fill(standing, await answer.json(), words);
  standing.hidden = false;
}

const standing = place.querySelector("[data-source]");
if (standing) showSource(standing);
form.elements.text.value = new URLSearchParams(location.search).get("text") ?? "";
form.addEventListener("submit", (event) => {
  event.preventDefault();
  again();
});
more.addEventListener("click", () => read(next));
again();
