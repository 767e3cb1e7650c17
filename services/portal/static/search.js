// Crossings by a part of any number: the registration desk is asked, what matched is marked, arrows go up and down.

import { fill } from "./admin/list.js";

const place = document.getElementById("found");
const field = document.getElementById("anything");
const words = JSON.parse(place.dataset.words);
const rows = place.querySelector("[data-rows]");
const more = place.querySelector("[data-more]");
const text = field.value.trim();
let next = null;

/** As it is compared: capitals, without spaces, full stops, hyphens and middle dots. */
function plain(typed) {
  return typed.toUpperCase().replace(/[\s.\-·]/g, "");
}

/** The value with the part that was sought marked, wherever its hyphens stand. */
function marked(value) {
  const sought = [...plain(text)].map((sign) => sign.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[\\s.\\-·]*");
  const found = value.match(new RegExp(sought, "i"));
  if (!found) return [value];
  const mark = document.createElement("mark");
  mark.textContent = found[0];
  return [value.slice(0, found.index), mark, value.slice(found.index + found[0].length)];
}

function row(crossing) {
  const made = fill(place.querySelector("template").content.firstElementChild.cloneNode(true), crossing, words);
  made.querySelector("a").href = `/crossings/${crossing.id}`;
  made.querySelector(".found-by").replaceChildren(
    ...crossing.matched.slice(0, 2).map(({ field: by, value }) => {
      const said = document.createElement("span");
      said.append(`${words[`by.${by}`]} `, ...marked(value), " ");
      return said;
    }),
  );
  return made;
}

function stand(how) {
  for (const one of place.querySelector("[data-standing]").children) one.hidden = one.dataset.stand !== how;
}

async function read(cursor) {
  const query = new URLSearchParams({ text, ...(cursor && { cursor }) });
  const answer = await fetch(`/api/vehicle-registration/search?${query}`).catch(() => null);
  if (!answer?.ok) return stand("failed");
  const told = await answer.json();
  next = told.next;
  rows.append(...told.items.map(row));
  more.hidden = !next;
  stand(rows.children.length ? "" : "empty");
}

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const links = [...rows.querySelectorAll("a")];
  const here = links.indexOf(document.activeElement);
  if (!step || !links.length || (here < 0 && document.activeElement !== field)) return;
  event.preventDefault();
  (links[here + step] ?? (step < 0 ? field : links.at(-1))).focus();
});

more.addEventListener("click", () => read(next));
if (text) {
  place.hidden = false;
  if (plain(text).length < 3) stand("short");
  else await read();
}
if (!rows.children.length) field.focus();
