// Inviting somebody: his organisation is chosen by name, and the link is copied once.

import { send } from "../commands.js";

const firm = document.querySelector("[data-firm]");
const firms = document.getElementById("firms");
const chosen = firm?.form.elements.organisation;
const known = new Map();

async function offer() {
  chosen.value = known.get(firm.value) ?? "";
  if (chosen.value || firm.value.trim().length < 2) return;
  const answer = await send("/api/identity/organisations/search", { text: firm.value.trim() }).catch(() => null);
  if (!answer?.ok) return;
  firms.replaceChildren();
  for (const { id, names, tax_code } of await answer.json()) {
    const name = [names[document.documentElement.lang], tax_code].filter(Boolean).join(" · ");
    known.set(name, id);
    firms.append(new Option(name, name));
  }
  chosen.value = known.get(firm.value) ?? (firms.children.length === 1 ? known.get(firms.firstChild.value) : "");
}

let waits;
firm?.addEventListener("input", () => {
  chosen.value = known.get(firm.value) ?? "";
  clearTimeout(waits);
  waits = setTimeout(offer, 200);
});
firm?.addEventListener("change", offer);

document.addEventListener("click", async (event) => {
  const copies = event.target.closest("[data-copies]");
  if (!copies) return;
  await navigator.clipboard?.writeText(copies.closest("dialog").querySelector(`[data-put="${copies.dataset.copies}"]`).textContent);
});
