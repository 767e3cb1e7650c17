// What a route could do instead: the fields that belong to it, and whom it would affect before it is done.

import { bodyOf } from "./fields.js";

const PAUSE = 300;
const forms = [...document.querySelectorAll("form[data-does]")];

/** Show what belongs to the chosen change alone; what is hidden is not sent. */
function choose(form) {
  const chosen = form.querySelector("[data-chooses]")?.selectedOptions[0];
  if (!chosen) return;
  form.dataset.does = chosen.value;
  form.dataset.pattern = form.dataset.command = chosen.dataset.command;
  for (const part of form.querySelectorAll("[data-only]")) {
    part.hidden = part.dataset.only !== chosen.value;
    for (const field of part.querySelectorAll("input")) field.disabled = part.hidden;
  }
  form.toggleAttribute("data-seconded", chosen.value === "CLOSED");
}

/** Ask once all that belongs to the change is said: what could not be done has no effect. */
async function foresee(form) {
  const place = form.querySelector("[data-effect]");
  if ([...form.querySelectorAll("fieldset[data-only]:not([hidden]) input")].some((field) => !field.checkValidity())) {
    place.hidden = true;
    return;
  }
  const { reason, ...change } = bodyOf(form);
  const asked = new URLSearchParams({ status: form.dataset.does, ...change });
  const answer = await fetch(`${place.dataset.effect}?${asked}`).catch(() => null);
  place.hidden = !answer?.ok;
  if (place.hidden) return;
  for (const side of await answer.json()) {
    const told = { ...side, waiting: Object.values(side.waiting).reduce((sum, trucks) => sum + trucks, 0) };
    for (const cell of place.querySelectorAll(`[data-direction="${side.direction}"]`)) {
      cell.textContent = told[cell.dataset.of].toLocaleString(document.documentElement.lang);
    }
  }
}

for (const form of forms) {
  choose(form);
  let typing;
  form.addEventListener("input", () => {
    choose(form);
    clearTimeout(typing);
    typing = setTimeout(() => foresee(form), PAUSE);
  });
  new MutationObserver(() => form.closest("dialog").open && foresee(form)).observe(form.closest("dialog"), {
    attributeFilter: ["open"],
  });
}
