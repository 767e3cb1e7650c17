// Reference rows: read from their owner, changed in a draft, compared by the owner, put in force as a whole.

import { explain, send } from "../commands.js";
import "./list.js";

const place = document.getElementById("reference");
const words = JSON.parse(place.dataset.words);
const acts = "acts" in place.dataset;
const byId = (id) => document.getElementById(id);
const standing = place.querySelector("[data-standing]");
const problem = place.querySelector("[data-problem]");
let shown = null;
let draft = [];

function api(rest = "") {
  const [owner, table] = byId("table").value.split(".");
  return `/api/${owner.replaceAll("_", "-")}/reference/${table}${rest}`;
}

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function said(value) {
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "boolean" ? place.dataset[value ? "yes" : "no"] : String(value);
}

const names = () => shown.columns.map(({ name }) => name);
const heading = (name) => words[`column.${name}`] ?? name;

/** A table of rows under the columns' names; `cell` says what stands in a place, `act` adds a button a row. */
function draw(table, rows, cell, act) {
  const head = element("tr");
  head.append(...names().map((name) => element("th", heading(name), { scope: "col" })));
  if (act) head.append(element("td"));
  table.tHead.replaceChildren(head);
  table.tBodies[0].replaceChildren(
    ...rows.map((row, n) => {
      const line = element("tr");
      line.append(...names().map((name) => cell(row, name)));
      if (act) {
        const button = element("button", act.text, { type: "button", class: "quiet" });
        button.addEventListener("click", () => act.does(row, n));
        line.append(element("td"));
        line.lastChild.append(button);
      }
      return line;
    }),
  );
  table.hidden = !rows.length;
}

const LONG = new Set(["source", "goods"]);
const cellOf = (name, text = "") => element("td", text, LONG.has(name) ? { class: "long" } : {});
const plain = (row, name) => cellOf(name, said(row[name]));

function stand(how) {
  for (const one of standing.children) one.hidden = one.dataset.stand !== how;
}

async function read() {
  stand("loading");
  byId("rows").hidden = true;
  const answer = await fetch(api(`?text=${encodeURIComponent(byId("text").value.trim())}`)).catch(() => null);
  if (!answer?.ok) return stand("failed");
  shown = await answer.json();
  draw(byId("rows"), shown.rows, plain, acts && { text: place.dataset.change, does: (row) => open(row) });
  byId("more-rows").hidden = !shown.more;
  stand(shown.rows.length ? "" : "empty");
  if (acts) showDraft();
}

function tomorrow() {
  const day = new Date(`${shown.today}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}

function kind(name) {
  if (name === "valid_from" || name === "valid_to") return "date";
  return name === "illustrative" ? "checkbox" : "text";
}

/** The dialog for one row: what it is about stays, the rest is asked, from tomorrow on unless said otherwise. */
function open(row) {
  const fields = shown.columns.map(({ name, key, needed }) => {
    const field = element("div", "", { class: "field" });
    const input = element("input", "", { id: `cell-${name}`, name, type: kind(name), autocomplete: "off" });
    const fresh = { valid_from: tomorrow(), valid_to: "", source: "" }[name];
    if (name === "illustrative") input.checked = false;
    else input.value = fresh ?? row?.[name] ?? "";
    input.required = needed && name !== "illustrative";
    input.readOnly = Boolean(row) && key && name !== "valid_from";
    field.append(element("label", heading(name), { for: input.id }), input);
    if (name === "illustrative") field.className = "check";
    return field;
  });
  byId("row-fields").replaceChildren(...fields);
  byId("row").showModal();
}

function showDraft() {
  draw(byId("draft"), draft, plain, { text: place.dataset.drop, does: (_, n) => change(draft.filter((__, m) => m !== n)) });
  byId("draft-none").hidden = draft.length > 0 || byId("pasted").value.trim() !== "";
}

function change(rows) {
  draft = rows;
  forget();
  showDraft();
}

function forget() {
  problem.replaceChildren();
  byId("activate").disabled = true;
  byId("compared").hidden = true;
  byId("reference-told").hidden = true;
}

const body = (more) => ({ rows: draft, table: byId("pasted").value, ...more });

async function compare() {
  forget();
  const answer = await send(api("/difference"), body()).catch((error) => error);
  if (!answer.ok) return explain(problem, answer);
  const told = await answer.json();
  const same = !told.added.length && !told.changed.length;
  for (const part of byId("compared").querySelectorAll("[data-part]")) part.hidden = !told[part.dataset.part].length;
  draw(byId("added"), told.added, plain);
  draw(byId("changed"), told.changed, ({ before, after }, name) => {
    const cell = cellOf(name);
    if (before[name] === after[name]) cell.textContent = said(after[name]);
    else cell.append(element("del", said(before[name])), " → ", element("ins", said(after[name])));
    return cell;
  });
  byId("reference-same").hidden = !same;
  byId("compared").hidden = false;
  byId("activate").disabled = same;
}

async function activate() {
  byId("activate").disabled = true;
  const answer = await send(api("/activate"), body({ seen: shown.seen })).catch((error) => error);
  if (!answer.ok) return explain(problem, answer);
  byId("pasted").value = "";
  change([]);
  await read();
  byId("reference-told").textContent = place.dataset.saved;
  byId("reference-told").hidden = false;
}

byId("choose-table").addEventListener("submit", (event) => {
  event.preventDefault();
  read();
});
byId("table").addEventListener("change", () => {
  draft = [];
  if (acts) forget();
  read();
});
if (acts) {
  byId("add-row").addEventListener("click", () => open(null));
  byId("pasted").addEventListener("input", () => change(draft));
  byId("compare").addEventListener("click", compare);
  byId("activate").addEventListener("click", activate);
  byId("row-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const told = {};
    for (const field of event.target.elements)
      if (field.name) told[field.name] = field.type === "checkbox" ? field.checked : field.value.trim();
    byId("row").close();
    change([...draft, told]);
  });
}
await read();
