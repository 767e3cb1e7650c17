// The desk with JavaScript: saved as typed, known plates, names and numbers to pick from, another line when the last is used.

import { namesOf } from "./names.js";

const SAVE_AFTER = 800;

/** What is typed is kept in this browser as the form itself would keep it, a moment after the last change. */
function keepTyped(form) {
  let due;
  async function keep() {
    const body = new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "next" && name !== "once"));
    const headers = { "Bordergate-Csrf": "1" };
    await fetch("/desk/keep", { method: "POST", headers, body, redirect: "manual" }).catch(() => {});
  }
  form.addEventListener("input", () => {
    clearTimeout(due);
    due = setTimeout(keep, SAVE_AFTER);
  });
  form.addEventListener("submit", () => clearTimeout(due));
}

async function itemsOf(path) {
  const answer = await fetch(path).catch(() => null);
  return answer?.ok ? (await answer.json()).items : null;
}

/** Names come from their owner when a field that wants them is first touched, and are kept by this page alone. */
function offerKnown(list) {
  async function fill() {
    if (list.dataset.filled) return;
    list.dataset.filled = "yes";
    for (const item of (await itemsOf(list.dataset.path)) ?? []) {
      const shown = item[list.dataset.shows];
      if (shown) list.append(new Option(item[list.dataset.called] ?? shown, shown));
    }
  }
  document.addEventListener("focusin", ({ target }) => target.list === list && fill());
}

/** What is known is asked for when somebody wants to see it: each look at a name is recorded at its owner. */
async function showKnown(panel) {
  const items = await itemsOf(panel.dataset.path);
  const shown = (items ?? []).map((item) => item[panel.dataset.shows]).filter(Boolean);
  const rows = shown.map((text) => {
    const row = document.createElement("li");
    row.className = "chip";
    row.textContent = text;
    return row;
  });
  panel.querySelector("ul").replaceChildren(...(rows.length ? rows : [items ? panel.dataset.empty : panel.dataset.failed]));
}

function showWhenOpened(panel) {
  panel.parentElement.hidden = false;
  panel.addEventListener("toggle", () => panel.open && showKnown(panel));
}

function renumber(part, from, to) {
  for (const element of [part, ...part.querySelectorAll("*")]) {
    for (const name of ["id", "name", "for", "aria-describedby"]) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.replace(`[${from}]`, `[${to}]`).replace(`-${from}`, `-${to}`));
    }
  }
}

/** As soon as the last line holds something there is another one. */
function growLines(group) {
  function grow() {
    const lines = [...group.querySelectorAll(":scope > .line, :scope > .field")];
    const last = lines.at(-1);
    const used = [...last.querySelectorAll("input")].some((input) => input.value);
    if (!used || lines.length >= Number(group.dataset.most)) return;
    const next = last.cloneNode(true);
    renumber(next, lines.length - 1, lines.length);
    next.querySelectorAll(".field-wrong").forEach((told) => told.remove());
    for (const more of next.querySelectorAll("details")) more.open = false;
    for (const input of next.querySelectorAll("input")) {
      input.value = "";
      input.removeAttribute("aria-invalid");
    }
    const title = next.querySelector("legend, label");
    title.textContent = title.textContent.replace(String(lines.length), String(lines.length + 1));
    last.after(next);
  }
  group.addEventListener("input", grow);
  grow();
}

/** For whom somebody may file, by name; who may for nobody else is not asked. */
async function offerLeaves(field) {
  const list = field.querySelector("select");
  const leaves = ((await itemsOf(field.dataset.leaves)) ?? []).filter(({ acts }) => acts.includes("FILE"));
  const givers = [...new Set([...leaves.map(({ giver }) => giver), list.value])].filter(Boolean);
  const [chosen, names] = [list.value, await namesOf(givers)];
  list.replaceChildren(list.options[0], ...givers.map((giver) => new Option(names.get(giver) ?? giver, giver)));
  list.value = chosen;
  if (givers.length) field.hidden = false;
}

document.querySelectorAll("form[data-keeps]").forEach(keepTyped);
document.querySelectorAll("datalist[data-path]").forEach(offerKnown);
document.querySelectorAll("[data-known] [data-path]").forEach(showWhenOpened);
document.querySelectorAll("[data-leaves]").forEach(offerLeaves);
document.querySelectorAll("[data-several]").forEach(growLines);
document.querySelector(".summary")?.focus();
