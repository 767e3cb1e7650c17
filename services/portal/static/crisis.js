// The crisis regime, asked of the queue itself: what is in force, and what two officers would do before they do it.

import { dayAndHour } from "./clock.js";

const EVERY = 20_000;
const now = document.getElementById("crisis-now");
const dialog = document.getElementById("crisis");
const language = document.documentElement.lang;
let sides = [];

function show() {
  for (const side of sides) {
    const line = now.querySelector(`[data-direction="${side.direction}"]`);
    const since = line.querySelector("[data-since]");
    line.hidden = !side.since;
    since.textContent = side.since ? since.dataset.since.replace("%", dayAndHour(Date.parse(side.since))) : "";
  }
  now.hidden = sides.every((side) => !side.since);
}

/** What is shown in the dialog is of the chosen direction, which is declared or lifted by the same form. */
function choose() {
  const form = dialog?.querySelector("form");
  const side = form && sides.find((one) => one.direction === form.elements.direction.value);
  if (!side) return;
  form.dataset.pattern = form.dataset.command = side.since ? `${now.dataset.asks}/lift` : now.dataset.asks;
  for (const part of dialog.querySelectorAll("[data-while]")) part.hidden = part.dataset.while !== (side.since ? "lift" : "declare");
  for (const cell of dialog.querySelectorAll("[data-of]")) cell.textContent = side[cell.dataset.of].toLocaleString(language);
  dialog.querySelector(".effect").hidden = false;
}

/** Two officers see before whom it affects; while the queue does not say, nothing is declared or lifted. */
function bar(untold) {
  if (!dialog) return;
  dialog.querySelector("[data-untold]").hidden = !untold;
  dialog.querySelector("[type=submit]").disabled = untold;
  if (untold) dialog.querySelector(".effect").hidden = true;
}

async function ask() {
  const answer = await fetch(now.dataset.asks).catch(() => null);
  bar(!answer?.ok);
  if (!answer?.ok) return;
  sides = await answer.json();
  show();
  choose();
}

ask();
setInterval(() => document.hidden || ask(), EVERY);
if (dialog) {
  dialog.addEventListener("change", choose);
  dialog.addEventListener("done", (event) => {
    sides = event.detail ?? sides;
    show();
    choose();
  });
  new MutationObserver(() => dialog.open && ask()).observe(dialog, { attributeFilter: ["open"] });
}
