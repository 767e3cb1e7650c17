// A week's room: a button an hour, with the places that are left for this truck's class; arrow keys move among them.

const form = document.getElementById("slots");
const language = document.documentElement.lang;
const HANOI = "Asia/Ho_Chi_Minh";
const day = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { timeZone: HANOI, weekday: "short", day: "numeric", month: language === "zh" ? "long" : "numeric" });
const opening = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { timeZone: HANOI, day: "numeric", month: language === "zh" ? "long" : "numeric", hour: "2-digit", minute: "2-digit" });
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: HANOI, hour: "2-digit", minute: "2-digit" });

function made(name, className, ...children) {
  const element = document.createElement(name);
  element.className = className;
  element.append(...children);
  return element;
}

/** How a slot stands for this truck, and what its button says of that. */
function standing(slot, words) {
  const opens = slot.opens[form.dataset.class];
  if (opens) return ["later", words.opens.replace("%t", opening.format(new Date(opens)))];
  if (slot.draw) return ["draw", words.draw];
  const free = slot.free[form.dataset.class] ?? 0;
  if (!free) return ["none", words.full];
  return [free * 4 <= slot.places ? "few" : "many", words.free.replace("%n", free.toLocaleString(language))];
}

function cell(slot, words) {
  const [left, tells] = standing(slot, words);
  const time = clock.format(new Date(slot.starts));
  const button = made("button", "slot", made("b", "", time), made("span", "", tells));
  Object.assign(button, { type: "submit", name: "starts", value: slot.starts, disabled: left === "none" || left === "later" });
  button.setAttribute("aria-label", `${day.format(new Date(slot.starts))}, ${time}: ${tells}`);
  button.dataset.left = left;
  return button;
}

function drawn(week, words) {
  const days = Map.groupBy ? Map.groupBy(week.slots, dayOf) : grouped(week.slots);
  return [...days].map(([name, slots]) => {
    const row = made("div", "slot-row", made("h3", "", name), made("div", "slot-hours", ...slots.map((one) => cell(one, words))));
    return row;
  });
}

const dayOf = (slot) => day.format(new Date(slot.starts));

function grouped(slots) {
  const days = new Map();
  for (const slot of slots) days.set(dayOf(slot), [...(days.get(dayOf(slot)) ?? []), slot]);
  return days;
}

/** Left and right go from hour to hour, up and down to the same hour of another day. */
function move(event) {
  const here = event.target.closest(".slot");
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (!here || !step) return;
  event.preventDefault();
  const rows = [...form.querySelectorAll(".slot-row")];
  const [down, along] = step;
  if (along) {
    const all = [...form.querySelectorAll(".slot:enabled")];
    return all[all.indexOf(here) + along]?.focus();
  }
  const time = here.firstChild.textContent;
  for (let at = rows.indexOf(here.closest(".slot-row")) + down; rows[at]; at += down) {
    const same = [...rows[at].querySelectorAll(".slot:enabled")].find((one) => one.firstChild.textContent === time);
    if (same) return same.focus();
  }
}

async function draw() {
  const place = form.querySelector("[data-standing]");
  place.hidden = false;
  const answer = await fetch(form.dataset.source).catch(() => null);
  const week = answer?.ok ? await answer.json() : null;
  place.querySelector('[data-stand="loading"]').hidden = true;
  if (!week) {
    place.querySelector('[data-stand="failed"]').hidden = false;
    return;
  }
  place.hidden = true;
  const picture = form.querySelector("[data-week]");
  picture.replaceChildren(...drawn(week, JSON.parse(form.dataset.words)));
  for (const part of [picture, form.querySelector("[data-key]")]) part.hidden = false;
  const plain = form.querySelector("[data-plain]");
  plain.hidden = true;
  plain.querySelector("select").disabled = true;
  picture.addEventListener("keydown", move);
}

if (form) draw();
