// The public board: asks for its numbers again, and says since when it could not.

import { hour, now } from "./clock.js";

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
  } catch {
    stale.lastElementChild.textContent = stale.dataset.text.replace("%", hour(heardAt));
    stale.hidden = false;
  }
}

setInterval(follow, EVERY);
addEventListener("online", follow);
addEventListener("offline", follow);
document.addEventListener("visibilitychange", follow);
