// What may be done with a place and what it costs now, told by the queue before it is done.

const place = document.querySelector("[data-holding]");
const language = document.documentElement.lang;
const said = (rule) => [rule.message[language], rule.hint[language]];

function line(name, text, className = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function tellCost(act, priced) {
  const shown = place.querySelector(`[data-cost="${act}"]`);
  if (!shown || !priced) return;
  const { free, costs } = shown.dataset;
  const [message, hint] = said(priced.because);
  const price = priced.percent ? costs.replace("%", priced.percent.toLocaleString(language)) : free;
  shown.replaceChildren(line("strong", price), line("p", message), ...(hint ? [line("p", hint, "soft small")] : []));
  shown.classList.toggle("costs", priced.percent > 0);
}

function tellBars(extension) {
  const shown = place.querySelector('[data-cost="extend"]');
  if (!shown || !extension.barred.length) return;
  shown.classList.add("costs");
  shown.replaceChildren(...extension.barred.flatMap((rule) => [line("strong", said(rule)[0]), line("p", said(rule)[1] ?? "")]));
  const form = shown.parentElement.querySelector("form");
  form.hidden = true;
}

function offerHours({ hours }) {
  const list = place.querySelector("#hours");
  if (!list) return;
  const chosen = list.value;
  list.replaceChildren(...hours.map((one) => new Option(list.dataset.text.replace("%", one), one, false, String(one) === chosen)));
}

function tellExchange(priced) {
  const used = place.querySelector("[data-used]");
  if (!used) return;
  used.hidden = Boolean(priced);
  used.parentElement.querySelector("form").hidden = !priced;
  tellCost("exchange", priced);
}

/** Moved before, or about to begin: a slot then stays where it is. */
function tellMove(priced) {
  const shown = place.querySelector('[data-cost="move"]');
  if (!shown || priced) return tellCost("move", priced);
  shown.replaceChildren(line("strong", shown.dataset.over));
  shown.parentElement.querySelector("form").hidden = true;
}

/** The queue did not say: then it says so when the form is sent, as to who has no scripts. */
function tellNothing() {
  for (const shown of place.querySelectorAll("[data-cost]")) shown.replaceChildren(line("p", shown.dataset.untold, "soft small"));
}

async function ask() {
  const answer = await fetch(place.dataset.holding).catch(() => null);
  const told = answer?.ok ? await answer.json() : [];
  const terms = Array.isArray(told) ? told[0] : told;
  if (!terms) return tellNothing();
  tellCost("release", terms.release);
  tellCost("once_confirmed", terms.once_confirmed);
  tellMove(terms.move);
  if (!terms.extend) return;
  tellCost("cancel", terms.cancel);
  tellCost("extend", terms.extend);
  offerHours(terms.extend);
  tellBars(terms.extend);
  tellExchange(terms.exchange);
}

ask();
