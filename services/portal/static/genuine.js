// A signed reference is verified here, by the published keys: what was opened with a connection works without one.

import { dayAndHour } from "./clock.js";
import { judged, keysOf, parsed } from "./statements.js";

const form = document.getElementById("genuine");
const field = form.querySelector("textarea");
const STORE = "reference-keys";
const KIND = "crossing+jwt";
const WAITS = 250;
let reading = learn();
let due;

/** The published keys; those of the last time when there is no connection. */
async function learn() {
  const answer = await fetch(form.dataset.keys).catch(() => null);
  if (answer?.ok) localStorage.setItem(STORE, await answer.text());
  const kept = JSON.parse(localStorage.getItem(STORE) ?? '{"keys": []}');
  return { published: kept.keys.length, keys: await keysOf(kept) };
}

async function verdict(text) {
  const statement = parsed(text.trim().split("#").pop(), KIND);
  if (!statement) return ["malformed"];
  const { published, keys } = await reading;
  if (!published) return ["no_keys"];
  if (!keys.size) return ["not_here"];
  return [await judged(statement, keys), statement.claims];
}

function show(name, claims) {
  for (const one of document.querySelectorAll("[data-verdict]")) one.hidden = one.dataset.verdict !== name;
  if (name !== "genuine") return;
  const place = (what) => document.querySelector(`[data-said="${what}"]`);
  for (const what of ["plate", "route", "sub"]) place(what).textContent = claims[what];
  place("sub").href = `/r/${encodeURIComponent(claims.sub)}`;
  place("dir").textContent = place("dir").dataset[String(claims.dir).toLowerCase()] ?? claims.dir;
  place("iat").textContent = dayAndHour(claims.iat * 1000);
}

async function check() {
  clearTimeout(due);
  if (!field.value.trim()) return;
  if (!globalThis.crypto?.subtle) return show("not_here");
  const [name, claims] = await verdict(field.value);
  show(name, claims);
  field.select();
  if (name === "unknown_key" || name === "no_keys") reading = learn();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
field.addEventListener("input", () => {
  clearTimeout(due);
  due = setTimeout(check, WAITS); // a scanner types and ends; nobody has to press anything
});
