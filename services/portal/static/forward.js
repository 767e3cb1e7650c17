// How trucks are called forward, asked of the queue itself: the apron between its levels, and why the next call waits.

const EVERY = 20_000;
const PAUSE = 500;
const place = document.getElementById("forward");
const language = document.documentElement.lang;
const put = (text, ...values) => values.reduce((said, value, i) => said.replace(`%${i + 1}`, value.toLocaleString(language)), text);
let timer = null;

function span(mark, from, to, places) {
  mark.setAttribute("x", (100 * from) / places);
  mark.setAttribute("width", (100 * Math.max(0, Math.min(to, places) - from)) / places);
}

function draw(side) {
  const part = place.querySelector(`[data-direction="${side.direction}"]`);
  part.hidden = !side.just_in_time;
  if (part.hidden) return;
  const counts = part.querySelector("[data-counts]");
  const apron = part.querySelector("[data-apron]");
  counts.textContent = put(counts.dataset.counts, side.in_lanes, side.moving, side.wanted);
  apron.textContent = put(apron.dataset.apron, side.on_apron, side.places, side.least, side.most);
  const places = Math.max(1, side.places, side.on_apron);
  span(part.querySelector(".between"), side.least, side.most, places);
  span(part.querySelector(".there"), 0, side.on_apron, places);
  part.classList.toggle("over", side.on_apron > side.most || (side.on_apron < side.least && side.waits === "NOTHING"));
  for (const why of part.querySelectorAll("[data-waits]")) why.hidden = why.dataset.waits !== side.waits;
}

async function ask() {
  const answer = await fetch(place.dataset.asks).catch(() => null);
  if (!answer?.ok) return;
  const sides = await answer.json();
  sides.forEach(draw);
  place.hidden = !sides.some((side) => side.just_in_time);
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
}

ask();
setInterval(() => document.hidden || soon(), EVERY);
document.body.addEventListener("htmx:sseBeforeMessage", soon);
