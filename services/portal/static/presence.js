// Whether the truck of a slot is known to be there: the queue says by which rule it keeps its slot as things stand.

const place = document.querySelector("[data-presence]");
const language = document.documentElement.lang;

function line(text, className = "") {
  const made = document.createElement("p");
  made.className = className;
  made.textContent = text;
  return made;
}

async function ask() {
  const answer = await fetch(place.dataset.presence).catch(() => null);
  const rule = answer?.ok ? (await answer.json()).there : null;
  if (!rule) return;
  const told = [line(rule.message[language]), ...(rule.hint[language] ? [line(rule.hint[language], "soft small")] : [])];
  const known = place.querySelector("[data-there]");
  known.replaceChildren(...told);
  known.classList.add("kept");
  for (const needless of place.querySelectorAll("[data-untold]")) needless.hidden = true;
}

if (place) ask();
