// An officer's list keeps itself true: it looks again every few seconds, and the focus stays with its truck; j and k move.

import { hour, now } from "./clock.js";
import { regain } from "./focus.js";

const EVERY = 5_000;
const stale = document.getElementById("stale");
let heardAt = now();

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href);
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    heardAt = now();
    stale.hidden = true;
  } catch {
    stale.lastElementChild.textContent = stale.dataset.text.replace("%", hour(heardAt));
    stale.hidden = false;
  }
}

function show(told) {
  for (const id of ["count", "found"]) {
    const [here, fresh] = [document.getElementById(id), told.getElementById(id)];
    if (here.innerHTML !== fresh.innerHTML) here.replaceChildren(...fresh.childNodes);
  }
  regain();
}

function step(by) {
  const trucks = [...document.querySelectorAll("#found [data-row] a")];
  const place = Math.max(trucks.indexOf(document.activeElement) + by, 0);
  trucks[Math.min(place, trucks.length - 1)]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j") step(1);
  if (event.key === "k") step(-1);
});
setInterval(look, EVERY);
addEventListener("online", look);
addEventListener("offline", look);
document.addEventListener("visibilitychange", look);
