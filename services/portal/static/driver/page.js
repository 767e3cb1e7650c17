// The driver's page: kept by the phone for where there is no signal, and felt in the hand when the word changes.

import { foretell, reasonsOf } from "../forecast.js";

const place = document.getElementById("driver-now");
const word = () => place.querySelector("[data-word]")?.dataset.word;
let last = word();

document.body.addEventListener("htmx:afterSwap", () => {
  if (word() !== last) navigator.vibrate?.([300, 150, 300]);
  last = word();
  document.title = place.querySelector("h1").textContent;
  foretell();
  keep();
});

/** Tell the worker what this page is made of; it asks for the page again and keeps both. */
async function keep() {
  if (!navigator.serviceWorker) return;
  const { active } = await navigator.serviceWorker.ready;
  const files = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
  const own = files.filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("/static/"));
  const code = place.querySelector(".driver-code img");
  const waits = place.querySelector("[data-forecast]");
  const drawn = [code && new URL(code.src).pathname, waits && reasonsOf([waits.dataset.forecast])].filter(Boolean);
  active.postMessage([...new Set(own.map(({ pathname }) => pathname)), "/static/icons.svg", ...drawn]);
}

foretell();
if (navigator.serviceWorker) {
  addEventListener("load", () =>
    navigator.serviceWorker.register("/driver/worker.js", { scope: "/driver/" }).then(keep, () => {}),
  );
}
