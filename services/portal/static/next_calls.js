// The next calls: asked of the queue itself, whose choice they are. Until it answers, the order of the numbers stands in.

import { now } from "./clock.js";
import { regain } from "./focus.js";

const PAUSE = 250;
const EVERY = 20_000;
const place = document.getElementById("next-asked");
const known = document.getElementById("next");
const drawn = document.getElementById("next-row").content.firstElementChild;
const language = document.documentElement.lang;
const number = (value) => value.toLocaleString(language);
const hour = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit" });
let timer = null;
let turn = 0;

/** Hours and minutes, as the reader writes them. */
function waited(since) {
  const minutes = Math.max(0, Math.floor((now() - Date.parse(since)) / 60_000));
  const parts = [[Math.floor(minutes / 1440), "day"], [Math.floor(minutes / 60) % 24, "hour"], [minutes % 60, "minute"]];
  const first = parts.findIndex(([count]) => count);
  const shown = first < 0 ? [parts[2]] : parts.slice(first, first + 2).filter(([count]) => count);
  const words = shown.map(([count, unit]) => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }).format(count));
  return words.join(language === "zh" ? "" : " ");
}

function row(call) {
  const id = `asked-${call.crossing_id}`;
  const made = document.getElementById(id)?.closest("[data-row]") ?? drawn.cloneNode(true);
  const link = made.querySelector("a");
  made.dataset.row = `${call.plate} ${call.reference}`;
  link.id = id;
  link.href = `/crossings/${call.crossing_id}`;
  for (const plate of made.querySelectorAll("[data-plate-of]")) plate.textContent = call.plate;
  for (const mark of made.querySelectorAll("[data-class]")) mark.hidden = mark.dataset.class !== call.ticket_class;
  const said = made.querySelector("[data-said]");
  const slot = call.slot && said.dataset.slot.replace("%", hour.format(new Date(call.slot)));
  const by = slot || (call.number === null ? said.dataset.priority : said.dataset.number.replace("%", number(call.number)));
  said.textContent = [by, call.urgent && said.dataset.urgent, waited(call.joined_at)].filter(Boolean).join(" · ");
  const button = made.querySelector("button");
  if (button) {
    button.id = `asked-call-${call.crossing_id}`;
    Object.assign(button.dataset, { crossing: call.crossing_id, plate: call.plate, reference: call.reference });
  }
  return made;
}

function show(sides) {
  for (const side of sides) {
    const part = place.querySelector(`[data-direction="${side.direction}"]`);
    const to = part.querySelector("[data-called-to]");
    to.textContent = to.dataset.calledTo.replace("%", number(side.last_called));
    const list = part.querySelector("ul");
    const rows = side.calls.map(row);
    if (rows.some((one, i) => list.children[i] !== one) || list.children.length !== rows.length) list.replaceChildren(...rows);
    part.querySelector(".none").hidden = rows.length > 0;
  }
}

/** The queue's answer takes the place of what the page knows, but for a queue that does not know the page's trucks. */
async function ask() {
  turn += 1;
  const mine = turn;
  const answer = await fetch(place.dataset.asks).catch(() => null);
  const sides = answer?.ok ? await answer.json().catch(() => null) : null;
  if (mine !== turn) return;
  const answered = sides !== null && (sides.some((side) => side.calls.length) || !known.querySelector("[data-row]"));
  if (answered) show(sides);
  place.hidden = !answered;
  known.hidden = answered;
  document.dispatchEvent(new Event("drawn"));
  regain();
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
}

ask();
setInterval(() => document.hidden || soon(), EVERY);
document.body.addEventListener("htmx:sseBeforeMessage", soon);
