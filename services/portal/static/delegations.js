// Delegations: who acts for whom, how far and how long; their owner tells them, identity the names.

import { fill } from "./admin/list.js";
import { send } from "./commands.js";
import { namesOf } from "./names.js";

const place = document.getElementById("delegations");
const words = JSON.parse(place.dataset.words);
place.hidden = false;
const more = place.querySelector("[data-more]");
const template = place.querySelector("template[data-row]");
const spoken = document.documentElement.lang;
const days = new Intl.DateTimeFormat(spoken === "en" ? "en-GB" : spoken, { dateStyle: "medium", timeZone: "UTC" });
const counts = new Intl.NumberFormat(spoken === "en" ? "en-GB" : spoken);
const routes = new Map([...place.querySelectorAll("[data-route]")].map(({ value, dataset }) => [value, dataset.route]));
const drivers = new Map();
let next = null;

function row(leave, names) {
  const given = leave.giver === place.dataset.own;
  const firm = names.get(given ? leave.agent : leave.giver) ?? words["said.firm"];
  const who = leave.driver_id ? `${words["said.driver"]} ${drivers.get(leave.driver_id) ?? ""}` : firm;
  const count = leave.most ? `${counts.format(leave.used)} / ${counts.format(leave.most)}` : counts.format(leave.used);
  return fill(template.content.firstElementChild.cloneNode(true), {
    ...leave,
    who,
    count,
    on: leave.routes.map((route) => routes.get(route) ?? route).join(", ") || words["said.all_routes"],
    until: days.format(new Date(leave.last_day)),
    standing: words[leave.in_force ? "said.in_force" : leave.ended_at ? "said.ended" : "said.over"],
    version: 0,
  }, words);
}

function stand(side, how) {
  for (const one of side.querySelector("[data-standing]").children) one.hidden = one.dataset.stand !== how;
}

async function read(cursor) {
  const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
  const answer = await fetch(`/api/vehicle-registration/delegations${query}`).catch(() => null);
  const sides = [...place.querySelectorAll("[data-side]")];
  if (!answer?.ok) return sides.forEach((side) => stand(side, "failed"));
  const told = await answer.json();
  next = told.next;
  more.hidden = !next;
  if (told.items.some((leave) => leave.driver_id)) await learnDrivers();
  const names = await namesOf(told.items.flatMap(({ giver, agent }) => [giver, agent]));
  for (const side of sides) {
    const given = side.dataset.side === "given";
    const own = told.items.filter((leave) => (leave.giver === place.dataset.own) === given);
    const rows = side.querySelector("[data-rows]");
    if (!cursor) rows.replaceChildren();
    rows.append(...own.map((leave) => row(leave, names)));
    stand(side, rows.children.length ? "" : "empty");
  }
}

/** Names of drivers are asked for when somebody needs them: each look is recorded at their owner. */
async function learnDrivers() {
  if (drivers.size) return;
  const answer = await fetch("/api/vehicle-registration/drivers?limit=200").catch(() => null);
  for (const { id, full_name: name } of answer?.ok ? (await answer.json()).items : []) if (name) drivers.set(id, name);
}

const form = document.getElementById("give-form");

async function choose(to) {
  for (const radio of form.querySelectorAll("[data-to]")) radio.checked = radio.dataset.to === to;
  for (const part of form.querySelectorAll("[data-for]")) {
    part.hidden = part.dataset.for !== to;
    for (const field of part.querySelectorAll("input, select")) field.disabled = part.hidden;
  }
  const list = form.elements.driver_id;
  if (to !== "driver" || list.options.length > 1) return;
  await learnDrivers();
  list.append(...[...drivers].map(([id, name]) => new Option(name, id)));
}

async function find() {
  const found = document.getElementById("found");
  const code = document.getElementById("tax_code").value.trim();
  form.elements.agent.value = found.textContent = "";
  if (code.replace(/\D/g, "").length < 10) return;
  const answer = await send("/api/identity/organisations/find", { tax_code: code }).catch(() => null);
  const firm = answer?.ok ? await answer.json() : null;
  form.elements.agent.value = firm?.id ?? "";
  found.textContent = firm ? (firm.names[spoken] ?? firm.names.vi) : found.dataset.unknown;
}

form?.addEventListener("change", ({ target }) => target.dataset.to && choose(target.dataset.to));
form?.addEventListener("reset", () => setTimeout(() => (choose("agent"), find())));
document.getElementById("tax_code")?.addEventListener("input", find);
more.addEventListener("click", () => read(next));
document.addEventListener("done", () => read());
if (form) choose("agent");
read();
