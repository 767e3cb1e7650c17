// The operator's hands on the board: dialogs, keys, pause or reopen.

import "./commands.js";
import "./focus.js";
import { drawMap } from "./map.js";
import "./route_change.js";

const board = document.getElementById("board");

function open(opener) {
  const dialog = document.getElementById(opener.dataset.opens);
  if (!dialog) return;
  dialog.querySelector("[data-problem]")?.replaceChildren();
  for (const shown of dialog.querySelectorAll("[data-shows]")) shown.textContent = opener.dataset[shown.dataset.shows];
  const form = dialog.querySelector("form");
  if (form) {
    form.dataset.pattern ??= form.dataset.command;
    form.dataset.command = form.dataset.pattern.replace("{crossing}", opener.dataset.crossing ?? "");
  }
  const { opens, ...about } = opener.dataset;
  for (const further of dialog.querySelectorAll("[data-opens]")) Object.assign(further.dataset, about);
  opener.closest("dialog")?.close();
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) open(opener);
  event.target.closest("[data-closes]")?.closest("dialog").close();
});

function offerPauseOrReopen() {
  const status = document.querySelector("[data-status]")?.dataset.status;
  const reopen = document.getElementById("reopen");
  if (!reopen) return;
  reopen.hidden = status === "OPEN";
  document.getElementById("pause-button").hidden = status === "PAUSED" || status === "CLOSED";
}

const filter = document.getElementById("filter");
const rows = () => [...board.querySelectorAll("[data-row]")].filter((row) => row.getClientRects().length);

/** What is typed leaves the trucks whose plate or reference holds it; Enter looks for it among all. */
function sift() {
  const wanted = filter.value.replace(/[\s.-]/g, "").toUpperCase();
  for (const row of board.querySelectorAll("[data-row]")) {
    row.hidden = !row.dataset.row.replace(/[\s.-]/g, "").toUpperCase().includes(wanted);
  }
}

filter.addEventListener("input", sift);
let chosen = null;

function choose(step) {
  const all = rows();
  if (!all.length) return;
  const place = all.findIndex((row) => row.querySelector("a").id === chosen);
  const row = all[Math.min(Math.max(place + step, 0), all.length - 1)];
  chosen = row.querySelector("a").id;
  markChosen();
  row.querySelector("a").focus();
}

function markChosen() {
  for (const row of rows()) row.classList.toggle("under-key", row.querySelector("a").id === chosen);
}

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j") choose(1);
  if (event.key === "k") choose(-1);
  if (event.key === "c") document.activeElement.closest("[data-row]")?.querySelector("[data-opens='call']")?.click();
  if (event.key === "?") document.querySelector("[data-opens='keys']").click();
});

function followNews() {
  offerPauseOrReopen();
  sift();
  markChosen();
}

document.body.addEventListener("htmx:afterSwap", followNews);
document.addEventListener("drawn", followNews);
offerPauseOrReopen();
// the chosen route's name is seen, where they do not all have room
document.querySelector(".routes-switch [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
// the hands come first, the map when they rest
(window.requestIdleCallback ?? setTimeout)(() => drawMap(document.getElementById("map"), board.dataset.route));
