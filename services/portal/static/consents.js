// A driver's consents: told by their owner; he gives and takes them back himself, or his carrier notes that he did.

import { fill } from "./admin/list.js";

const place = document.getElementById("consents");
const words = JSON.parse(place.dataset.words);

function row(kind, told) {
  const made = fill(place.querySelector(`template[data-${kind}]`).content.firstElementChild.cloneNode(true), told, words);
  made.querySelector("form").elements.purpose.value = told.purpose;
  return made;
}

function stand(how) {
  for (const one of place.querySelector("[data-standing]").children) one.hidden = one.dataset.stand !== how;
}

async function read() {
  const answer = await fetch(place.dataset.source).catch(() => null);
  place.hidden = false;
  if (!answer?.ok) return stand("failed");
  const { items, lacking } = await answer.json();
  if (!items.length && !lacking.length) return stand("unknown");
  const rows = [...lacking.map((purpose) => row("lacking", { purpose })), ...items.map((one) => row("held", one))];
  place.querySelector("[data-rows]").replaceChildren(...rows);
  stand("");
}

// what is ticked is the way he said it
place.addEventListener("change", ({ target }) => {
  if ("paper" in target.dataset) target.form.elements.how.value = target.checked ? "PAPER" : "SPOKEN";
});
place.addEventListener("done", read);
const asks = place.querySelector("[data-asks]");
if (asks) {
  // a carrier's page of a driver asks for nothing of him before somebody wants to see it
  place.hidden = false;
  stand("asked");
  asks.addEventListener("click", () => (stand("loading"), read()));
} else read();
