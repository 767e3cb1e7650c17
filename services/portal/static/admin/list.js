// A list that its owner answers for: read page by page or sought by a text, each row drawn from the page's template.

import "../commands.js";
import { send } from "../commands.js";
import { dayAndHour } from "../clock.js";

const language = document.documentElement.lang;

/** What lies at `names.vi` of a thing; `names.*` is the reader's language. */
export function at(thing, path) {
  return path.split(".").reduce((found, step) => found?.[step === "*" ? language : step], thing);
}

function said(value, words, family) {
  if (value === null || value === undefined || value === "") return "–";
  if (Array.isArray(value)) return value.map((one) => said(one, words, family)).join(", ") || words.none || "–";
  if (family === "time") return dayAndHour(Date.parse(value));
  return family ? (words[`${family}.${value}`] ?? String(value)) : String(value);
}

/** Fill what a row says, hide what does not apply, and let its commands know what they are about. */
export function fill(row, thing, words) {
  for (const place of row.querySelectorAll("[data-put]"))
    place.textContent = said(at(thing, place.dataset.put), words, place.dataset.as);
  for (const place of row.querySelectorAll("[data-when]")) place.hidden = !at(thing, place.dataset.when);
  for (const place of row.querySelectorAll("[data-unless]")) place.hidden ||= Boolean(at(thing, place.dataset.unless));
  for (const form of row.querySelectorAll("form[data-command]")) {
    form.dataset.command = form.dataset.command.replace("{id}", thing.id);
    if (thing.version && "versioned" in form.dataset) form.dataset.version = thing.version;
  }
  return row;
}

class List {
  constructor(place) {
    this.place = place;
    this.words = JSON.parse(place.dataset.words ?? "{}");
    this.body = place.querySelector("tbody");
    this.standing = place.querySelector("[data-standing]");
    this.more = place.querySelector("[data-more]");
    this.template = place.querySelector("template");
    this.more?.addEventListener("click", () => this.read(this.next));
    place.querySelector("[data-seek]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.again();
    });
    document.addEventListener("done", () => this.again());
  }

  get sought() {
    return this.place.querySelector("[data-seek] input")?.value.trim() ?? "";
  }

  async again() {
    await (this.sought.length > 1 ? this.seek() : this.read());
  }

  async read(cursor) {
    const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
    await this.take(fetch(`${this.place.dataset.list}${query}`), Boolean(cursor));
  }

  async seek() {
    await this.take(send(this.place.dataset.search, { text: this.sought }), false);
  }

  async take(asked, behind) {
    if (!behind && !this.body.rows.length) this.stand("loading");
    const answer = await asked.catch(() => null);
    if (!answer?.ok) return this.stand("failed");
    const told = await answer.json();
    const things = Array.isArray(told) ? told : told.items;
    this.next = told.next ?? null;
    await this.name(things);
    const rows = things.map((thing) => this.row(thing));
    if (behind) this.body.append(...rows);
    else this.body.replaceChildren(...rows);
    if (this.more) this.more.hidden = !this.next;
    this.stand(this.body.rows.length ? "" : "empty");
  }

  /** Names for the organisations that rows hold by id. */
  async name(things) {
    const field = this.place.dataset.names;
    if (!field || !things.length) return;
    const ids = [...new Set(things.map((thing) => thing[field]))].slice(0, 100);
    const answer = await send("/api/identity/organisations/names", { ids }).catch(() => null);
    const names = new Map((answer?.ok ? await answer.json() : []).map((one) => [one.id, one.names]));
    for (const thing of things) thing[`${field}_names`] = names.get(thing[field]);
  }

  row(thing) {
    const row = this.template.content.firstElementChild.cloneNode(true);
    row.thing = thing;
    return fill(row, thing, this.words);
  }

  stand(how) {
    for (const one of this.standing.children) one.hidden = one.dataset.stand !== how;
    this.body.closest("table").hidden = how !== "" && !this.body.rows.length;
  }
}

for (const place of document.querySelectorAll("[data-list]")) new List(place).again();

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) open(document.getElementById(opener.dataset.opens), opener.closest("tr")?.thing);
  event.target.closest("[data-closes]")?.closest("dialog").close();
});

/** Open a dialog about a row's thing: what it says is filled in, its fields hold what is so now. */
function open(dialog, thing) {
  dialog.querySelector("[data-problem]")?.replaceChildren();
  if (thing) {
    const form = dialog.querySelector("form");
    form.dataset.pattern ??= form.dataset.command;
    form.dataset.command = form.dataset.pattern;
    fill(dialog, thing, {});
    for (const field of form.elements)
      if (field.name.endsWith("[]")) field.checked = thing[field.name.slice(0, -2)]?.includes(field.value);
  }
  dialog.showModal();
}

// a secret that is shown once stays until somebody has taken it
document.addEventListener("done", ({ target, detail }) => {
  const shown = document.getElementById(target.dataset.reveals);
  if (!shown) return;
  fill(shown, detail, {});
  shown.showModal();
});
