// Why a truck stands where it stands: asked of the queue, and again whenever the file's news arrives.

import { hour } from "./forecast.js";

const place = document.getElementById("why");
const language = document.documentElement.lang;
const part = (name) => place.querySelector(`[data-of="${name}"]`);
const number = (value) => value.toLocaleString(language);

function forecast(told) {
  const known = told.p10 && told.p90;
  const range = part("range");
  range.textContent = known
    ? range.dataset.text.replace("%a", hour(told.p10, told.observed_at)).replace("%z", hour(told.p90, told.observed_at))
    : range.dataset.none;
  const half = part("half");
  half.textContent = told.p50 ? half.dataset.text.replace("%", hour(told.p50, told.observed_at)) : "";
  const gate = part("gate");
  const there = told.gate_p10 && told.gate_p90;
  gate.textContent = there
    ? gate.dataset.text.replace("%a", hour(told.gate_p10, told.observed_at)).replace("%z", hour(told.gate_p90, told.observed_at))
    : "";
  const method = part("method");
  const measured = told.samples ? method.dataset.text : method.dataset.new;
  const words = told.method === "LEARNED" ? method.dataset.learned : measured;
  method.textContent = words.replace("%t", hour(told.observed_at, told.observed_at)).replace("%n", number(told.samples));
}

function ahead(told) {
  part("ahead").textContent = number(told.ahead);
  for (const line of place.querySelectorAll("[data-class]")) {
    const trucks = told.ahead_by_class[line.dataset.class] ?? 0;
    line.hidden = !trucks;
    line.querySelector("b").textContent = number(trucks);
  }
}

function bounds(told) {
  const most = part("at_most");
  most.textContent = told.at_most ? number(told.at_most) : most.dataset.none;
  const overrides = part("overrides");
  const now = told.forecast.observed_at;
  overrides.textContent =
    told.overrides.map((one) => `${hour(one.called_at, now)} (${one.ticket_class})`).join(", ") || overrides.dataset.none;
}

async function ask() {
  const answer = await fetch(place.dataset.asks).catch(() => null);
  const [told] = answer?.ok ? await answer.json() : [];
  place.hidden = !told;
  if (place.hidden) return;
  forecast(told.forecast);
  ahead(told);
  bounds(told);
}

ask();
document.body.addEventListener("htmx:afterSwap", ask);
