// A declaration's XML file: sent as it is to its owner, whose every fault is told here by line.

import { problem } from "./commands.js";

const form = document.querySelector("[data-xml-file]");
const place = form.querySelector("[data-problem]");

function placed({ line, message, hint }) {
  return { message: line ? `${form.dataset.line.replace("%", line)} ${message}` : message, hint };
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [file] = form.elements.file.files;
  const headers = { "Content-Type": "application/xml", "Bordergate-Csrf": "1" };
  const answer = await fetch(form.action, { method: "POST", headers, body: file }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (answer?.ok) location.assign(`/declarations/${told.id}`);
  else problem(place, told?.detail ?? document.body.dataset.failed, told?.hint, (told?.problems ?? []).map(placed));
});
