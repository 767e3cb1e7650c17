// Names of organisations, which identity alone knows: asked for once a page, and put where a page has left their place.

import { send } from "./commands.js";

const spoken = document.documentElement.lang;
const known = new Map();

/** Names by id, in the reader's language; whom identity does not know is not in it. */
export async function namesOf(ids) {
  const unknown = [...new Set(ids)].filter((id) => id && !known.has(id)).slice(0, 100);
  if (unknown.length) {
    const answer = await send("/api/identity/organisations/names", { ids: unknown }).catch(() => null);
    for (const { id, names } of answer?.ok ? await answer.json() : []) known.set(id, names[spoken] ?? names.vi);
  }
  return known;
}

/** Fill every place that waits for a name. */
export async function putNames(within = document) {
  const places = [...within.querySelectorAll("[data-organisation]:empty")];
  const names = await namesOf(places.map(({ dataset }) => dataset.organisation));
  for (const place of places) {
    const name = names.get(place.dataset.organisation);
    if (name) place.textContent = name;
  }
}

document.body.addEventListener("htmx:afterSwap", () => putNames());
putNames();
