// A day's draws of a route, asked of the queue by whoever looks; each can be drawn again here.

import { dayAndHour } from "../clock.js";
import { verdict } from "./lots.js";

const place = document.getElementById("draws");
const moment = (text) => dayAndHour(new Date(text));
const number = new Intl.NumberFormat(document.documentElement.lang);

function when(draw) {
  if (draw.drawn) return place.dataset.drawn.replace("%", moment(draw.drawn_at));
  if (Date.parse(draw.closes) < Date.parse(document.body.dataset.now)) return place.dataset.late;
  return place.dataset.opens.replace("%a", moment(draw.opens)).replace("%z", moment(draw.closes));
}

const SAID = {
  slot: (draw) => moment(draw.slot),
  way: (draw) => place.dataset[draw.direction.toLowerCase()],
  when,
  asked: (draw) => number.format(draw.asked),
  places: (draw) => number.format(draw.places),
  won: (draw) => number.format(draw.won),
  seed_hash: (draw) => draw.seed_hash,
  seed: (draw) => draw.seed,
};

async function again(row, draw, path) {
  const record = await fetch(path, { cache: "no-store" })
    .then((answer) => (answer.ok ? answer.json() : null))
    .catch(() => null);
  const found = record?.seed ? await verdict(record, draw.seed_hash).catch(() => "changed") : "failed";
  for (const one of row.querySelectorAll("[data-verdict]")) one.hidden = one.dataset.verdict !== found;
}

function shown(draw) {
  const row = place.querySelector("template").content.cloneNode(true).firstElementChild;
  const path = `${place.dataset.asks}/${draw.direction}/${draw.slot}`;
  for (const part of row.querySelectorAll("[data-made]")) part.hidden = !draw.drawn;
  for (const cell of row.querySelectorAll("[data-put]")) {
    if (!cell.closest("[data-made]") || draw.drawn) cell.textContent = SAID[cell.dataset.put](draw);
  }
  const file = row.querySelector("[data-record]");
  file.href = path;
  file.download = `${draw.drawn ? "draw" : "before"}-${draw.direction}-${draw.slot.replaceAll(":", "")}.json`;
  row.querySelector("[data-again]").addEventListener("click", () => again(row, draw, path));
  return row;
}

async function ask() {
  const answer = await fetch(`${place.dataset.asks}?day=${place.dataset.day}`).catch(() => null);
  const told = answer?.ok ? await answer.json() : null;
  const stands = told ? (told.length ? "" : "empty") : "failed";
  for (const one of place.querySelectorAll("[data-stand]")) one.hidden = one.dataset.stand !== stands;
  const list = place.querySelector("[data-list]");
  list.hidden = Boolean(stands);
  const [made, coming] = [true, false].map((drawn) => (told ?? []).filter((draw) => draw.drawn === drawn));
  list.replaceChildren(...[...made, ...coming.reverse()].map(shown));
}

if (place) ask();
