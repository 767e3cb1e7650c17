// What stands against a copy if the truck came today: its owner judges, with the reader's own token.

import { fill } from "./admin/list.js";

const place = document.getElementById("against");
const known = new Set(place.dataset.known.split(" "));
const words = JSON.parse(place.dataset.words);

function stand(how) {
  for (const one of place.querySelector("[data-standing]").children) one.hidden = one.dataset.stand !== how;
}

/** Which paper it is, and whose. */
function about({ field, value }) {
  if (!value?.paper) return null;
  return [field === "$.trailer" && words.trailer, words[value.paper]].filter(Boolean).join(" · ");
}

function row(failure) {
  const made = place.querySelector("template").content.firstElementChild.cloneNode(true);
  return fill(made, {
    ...failure,
    about: about(failure),
    hint: Object.keys(failure.hint).length ? failure.hint : null,
    blocks: failure.severity !== "WARN",
  }, words);
}

place.hidden = false;
const answer = await fetch(place.dataset.source).catch(() => null);
if (answer?.ok) {
  const { failures, left_out: leftOut } = await answer.json();
  const told = [...leftOut.filter(({ code }) => !known.has(code)), ...failures];
  place.querySelector("[data-failures]").replaceChildren(...told.map(row));
  stand(told.length ? "" : "fine");
} else stand("failed");
