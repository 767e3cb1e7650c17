// The public board: asks for its numbers again, and says since when it could not; when a newcomer would be called.

import { hour, now } from "./clock.js";
import { hour as foreseen } from "./forecast.js";

const EVERY = 20_000;
const place = document.getElementById("waiting");
const stale = document.getElementById("stale");
const told = () => Date.parse(place.querySelector(".waiting-at time")?.dateTime) || now();
let heardAt = told();

async function follow() {
  if (document.hidden) return;
  try {
    const answer = await fetch("/waiting/now");
    if (!answer.ok) throw new Error(answer.status);
    place.innerHTML = await answer.text();
    heardAt = told();
    stale.hidden = true;
    await foretell();
  } catch {
    stale.lastElementChild.textContent = stale.dataset.text.replace("%", hour(heardAt));
    stale.hidden = false;
  }
}

/** Each queue's forecast, from the queue itself; what it cannot say now is left out. */
async function foretell() {
  const answer = await fetch("/api/queue-scheduling/routes").catch(() => null);
  if (!answer?.ok) return;
  for (const { code, queues } of await answer.json()) {
    for (const { direction, forecast } of queues) show(place.querySelector(`[data-newcomer="${code}/${direction}"]`), forecast);
  }
}

function show(line, { p10, p90, observed_at }) {
  if (!line || !p10 || !p90) return;
  line.textContent = line.dataset.text.replace("%a", foreseen(p10, observed_at)).replace("%z", foreseen(p90, observed_at));
  line.hidden = false;
}

foretell();
setInterval(follow, EVERY);
addEventListener("online", follow);
addEventListener("offline", follow);
document.addEventListener("visibilitychange", follow);
