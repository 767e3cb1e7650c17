// One declaration: its owner is asked for what it says and what became of it, with the reader's own token.

import { fill } from "./admin/list.js";
import { namesOf } from "./names.js";

const page = document.getElementById("declaration");
const words = JSON.parse(page.dataset.words);
const spoken = document.documentElement.lang;
const numbers = new Intl.NumberFormat(spoken === "en" ? "en-GB" : spoken, { maximumFractionDigits: 6 });
const LOOK_AGAIN = 10_000;
const LISTS = ["type_codes", "units", "package_kinds", "countries", "currencies"];
const PAIRS = [["quantity", "unit", "units"], ["value", "currency", "currencies"], ["packages", "package_kind", "package_kinds"]];
const ALONE = ["weight_kg", "net_kg", "un_number", "coldest_c", "warmest_c", "planting_area", "packing_house", "phytosanitary"];
const COUNTED = new Set(["weight_kg", "net_kg", "quantity", "value", "packages", "coldest_c", "warmest_c"]);

async function asked(path) {
  const answer = await fetch(path).catch(() => null);
  return answer?.ok ? answer.json() : { failed: answer?.status ?? 0 };
}

/** What codes mean, in the reader's language. */
async function learn() {
  const told = await Promise.all(LISTS.map((name) => asked(`/api/customs-declarations/lists/${name}`)));
  told.forEach(({ items }, place) => {
    for (const { code, name } of items ?? []) words[`${LISTS[place]}.${code}`] = name;
  });
}

function shown(name, value) {
  return COUNTED.has(name) ? numbers.format(value) : value;
}

function made(name) {
  return page.querySelector(`template[data-${name}]`).content.firstElementChild.cloneNode(true);
}

function fact(list, label, value) {
  const [pair, dt, dd] = ["div", "dt", "dd"].map((name) => document.createElement(name));
  [dt.textContent, dd.textContent] = [label, value];
  pair.append(dt, dd);
  list.append(pair);
}

function lineOf(line, place) {
  const [code, row] = [line.hs_code, made("line")];
  const facts = row.querySelector("[data-facts]");
  for (const name of ALONE.slice(0, 2)) if (line[name] !== null) fact(facts, words[`field.${name}`], shown(name, line[name]));
  for (const [amount, counted, list] of PAIRS)
    if (line[amount] !== null)
      fact(facts, words[`field.${amount}`], `${shown(amount, line[amount])} ${words[`${list}.${line[counted]}`] ?? line[counted] ?? ""}`);
  if (line.origin) fact(facts, words["field.origin"], words[`countries.${line.origin}`] ?? line.origin);
  for (const name of ALONE.slice(2)) if (line[name] !== null) fact(facts, words[`field.${name}`], shown(name, line[name]));
  const hs_shown = code.length === 8 ? `${code.slice(0, 4)}.${code.slice(4, 6)}.${code.slice(6)}` : code;
  return fill(row, { ...line, hs_shown, place: `${place + 1}.` }, words);
}

function changeOf(change) {
  const { how, field, line } = change;
  const place = line === null ? "" : page.dataset.nth.replace("%", line);
  const what = how === "CHANGED" ? words[`field.${field}`] : words[`how.${how}`];
  const where = [place, what].filter(Boolean).join(" · ");
  const values = Object.fromEntries(["before", "after"].map((when) => [when, change[when] === null ? null : shown(field, change[when])]));
  return fill(made("change"), { where: `${where}:`, ...values }, words);
}

function actOf(act, names) {
  const row = made("act");
  const who = [names.get(act.by), act.role && words[`role.${act.role}`]].filter(Boolean).join(" · ");
  fill(row, { ...act, who }, words);
  row.querySelector("[data-changes]").append(...act.changes.map(changeOf));
  return row;
}

function failureOf(failure) {
  const line = failure.field.match(/^\$\.lines\[(\d+)\]/);
  const place = line ? page.dataset.nth.replace("%", Number(line[1]) + 1) : "";
  const where = `${[place, words[`field.${failure.field.split(".").at(-1)}`]].filter(Boolean).join(" · ")}:`;
  return fill(made("failure"), { ...failure, where, blocks: failure.severity === "BLOCK" }, words);
}

async function showLacking(declared) {
  const told = open(declared) ? await asked(`${page.dataset.source}/failures`) : {};
  page.querySelector("[data-lacks]").hidden = !told.items?.length;
  page.querySelector("[data-failures]").replaceChildren(...(told.items ?? []).map(failureOf));
}

/** How much of each line no truck carries yet; said only once some truck carries a part. */
async function showLeft(declared) {
  const { items } = await asked(`${page.dataset.source}/split`);
  const rows = page.querySelectorAll("[data-lines] > li");
  for (const { line, held, left, unit } of items ?? [])
    if (Number(held) > 0 && declared.lines[line - 1])
      fact(rows[line - 1].querySelector("[data-facts]"), page.dataset.left, `${numbers.format(left)} ${words[`units.${unit}`] ?? unit}`);
}

function open({ stage }) {
  return stage === "REGISTERED" || stage === "CHANNELLED";
}

function stand(how) {
  for (const one of page.querySelector("[data-standing]").children) one.hidden = one.dataset.stand !== how;
  page.querySelector("[data-shown]").hidden = how !== "";
}

function put(declared, acts) {
  const place = page.querySelector("[data-shown]");
  for (const hidden of place.querySelectorAll("[data-when]")) hidden.hidden = false;
  const awaited = declared.stage === "AWAITED";
  const goes_on = Boolean(declared.inquiry?.goes_on);
  const contested = declared.stage === "CONTESTED";
  const gives_up = awaited || contested;
  const looked_at = declared.stage === "UNDER_CHECK";
  const stored = declared.stage === "RELEASED_TO_STORAGE";
  const channelled = declared.stage === "CHANNELLED";
  const decidable = open(declared) || looked_at || stored;
  const checkable = (channelled || stored) && declared.channel !== "GREEN";
  const own = gives_up || (open(declared) && (acts.find(({ channel }) => channel)?.channel ?? "GREEN") === "GREEN");  // else only customs cancels
  const standing = { own, decidable, checkable, storable: channelled || looked_at, awaited, contested, gives_up, asks: awaited && goes_on, gave_up: awaited && !goes_on, follows: !gives_up && goes_on };
  const type_name = words[`type_codes.${declared.type_code}`];
  fill(place, { ...declared, ...standing, type_name, open: open(declared), givable: gives_up || decidable }, words);
  place.querySelector("[data-xml]").download = `${declared.number}.xml`;
  place.querySelector("[data-faults]").replaceChildren(...(declared.inquiry?.faults ?? []).map(failureOf));
  const types = place.querySelector("[data-types]");
  if (types) types.href = `/desk/declaration?number=${declared.number}`;
  place.querySelector("[data-lines]").replaceChildren(...declared.lines.map(lineOf));
}

/** A declaration that customs is still asked about is looked at again, but not while nobody looks. */
function again() {
  if (document.hidden) document.addEventListener("visibilitychange", again, { once: true });
  else setTimeout(show, LOOK_AGAIN);
}

async function show() {
  const [declared, history] = await Promise.all([asked(page.dataset.source), asked(`${page.dataset.source}/history`)]);
  if (!declared.id || !history.items) return stand(declared.failed === 404 ? "unknown" : "failed");
  if (declared.by_number) declared.inquiry = await asked(`${page.dataset.source}/inquiry`);
  if (declared.inquiry?.failed !== undefined) return stand("failed");
  if (declared.stage === "AWAITED" || declared.stage === "CONTESTED") again();
  const names = await namesOf(history.items.map(({ by }) => by));
  document.title = `${declared.number} · ${document.title.split(" · ").slice(1).join(" · ")}`;
  for (const form of page.querySelectorAll("form[data-command]")) form.dataset.version = declared.version;
  put(declared, history.items);
  await Promise.all([showLacking(declared), showLeft(declared)]);
  page.querySelector("[data-history]").replaceChildren(...history.items.map((act) => actOf(act, names)));
  stand("");
}

document.addEventListener("done", show);
await learn();
await show();
