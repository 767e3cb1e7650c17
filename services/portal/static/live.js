// A page that follows the gate: says that it is live, and since when it is not: its stream cut, or nobody listening.

import { hour, made } from "./clock.js";
import { renew } from "./session.js";

const SILENCE = 40_000;
const sign = document.getElementById("live");
const stale = document.getElementById("stale");
const last = new WeakMap();
let heard = performance.now();
let lost = false;
/** Up to when the gate's news has reached the pages, and whether that is too long ago. */
let abreast = JSON.parse(stale.dataset.abreast);

function show() {
  const old = lost || abreast.stale;
  const since = abreast.at ? hour(Date.parse(abreast.at)) : null;
  sign.hidden = false;
  sign.classList.toggle("tone-ok", !old);
  sign.classList.toggle("tone-stop", old);
  sign.querySelector("use").setAttribute("href", `/static/icons.svg#${old ? "stop" : "now"}`);
  sign.lastElementChild.textContent = old ? sign.dataset.off.replace("%", since ?? hour(made)) : sign.dataset.on;
  const told = old ? (since ? stale.dataset.text.replace("%", since) : stale.dataset.never) : "";
  if (stale.lastElementChild.textContent !== told) stale.lastElementChild.textContent = told;
  stale.hidden = !old;
}

function alive() {
  heard = performance.now();
  lost = false;
  show();
}

/** The stream says up to when its page is true, with each change and between them. */
function follow(event) {
  if (event.data) abreast = JSON.parse(event.data);
  alive();
}

function gone() {
  if (lost) return;
  lost = true;
  show();
  renew();
}

document.body.addEventListener("htmx:sseOpen", (event) => {
  event.detail.source.addEventListener("here", follow);
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
