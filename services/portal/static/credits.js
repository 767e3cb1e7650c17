// What the gate owes for this crossing and why: asked of the gate's service, again whenever the file's news arrives.

import { dayAndHour } from "./clock.js";

const place = document.getElementById("credits");
const words = JSON.parse(place.dataset.words);
const number = new Intl.NumberFormat(document.documentElement.lang);

function line(one) {
  const item = document.createElement("li");
  item.textContent = place.dataset.line
    .replace("%t", words[`target.${one.target}`])
    .replace("%w", words[`whose.${one.whose}`])
    .replace("%m", number.format(one.took_minutes))
    .replace("%l", number.format(one.allowed_minutes))
    .replace("%a", dayAndHour(Date.parse(one.since)))
    .replace("%z", dayAndHour(Date.parse(one.until)));
  return item;
}

async function ask() {
  const answer = await fetch(place.dataset.asks).catch(() => null);
  const owed = answer?.ok ? await answer.json() : [];
  place.hidden = !owed.length;
  place.querySelector("ul").replaceChildren(...owed.map(line));
}

ask();
document.body.addEventListener("htmx:afterSwap", ask);
