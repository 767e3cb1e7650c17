// A page that follows the gate: says that it is live, and since when it is not.

import { hour, made, now } from "./clock.js";
import { renew } from "./session.js";

const SILENCE = 40_000;
const sign = document.getElementById("live");
const stale = document.getElementById("stale");
const last = new WeakMap();
let heard = performance.now();
let heardAt = made;
let lost = false;

function show() {
  sign.hidden = false;
  sign.classList.toggle("tone-ok", !lost);
  sign.classList.toggle("tone-stop", lost);
  const time = hour(heardAt);
  sign.querySelector("use").setAttribute("href", `/static/icons.svg#${lost ? "stop" : "now"}`);
  sign.lastElementChild.textContent = lost ? sign.dataset.off.replace("%", time) : sign.dataset.on;
  if (lost) stale.lastElementChild.textContent = stale.dataset.text.replace("%", time);
  stale.hidden = !lost;
}

function alive() {
  heard = performance.now();
  heardAt = now();
  if (lost || sign.hidden) {
    lost = false;
    show();
  }
}

function gone() {
  if (lost) return;
  lost = true;
  show();
  renew();
}

document.body.addEventListener("htmx:sseOpen", (event) => {
  event.detail.source.addEventListener("here", alive);
  alive();
});
document.body.addEventListener("htmx:sseError", gone);
document.body.addEventListener("htmx:sseBeforeMessage", (event) => {
  alive();
  const { data } = event.detail;
  if (last.get(event.target) === data) event.preventDefault();
  last.set(event.target, data);
});
addEventListener("offline", gone);
setInterval(() => {
  if (performance.now() - heard > SILENCE) gone();
}, 1000);
// a page that the phone kept is without news from its first moment
if (document.querySelector("[data-kept]")?.dataset.kept) gone();
