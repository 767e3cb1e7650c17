// The faults of a list, asked of who checked it; shown once the check is over, a page at a time.

const panel = document.getElementById("faults");
const rows = panel.querySelector("tbody");
const more = panel.querySelector("[data-more]");
const language = document.body.dataset.language;
let cursor = "";
let shown = "";

function cell(...parts) {
  const made = document.createElement("td");
  made.append(...parts);
  return made;
}

function code(text) {
  const made = document.createElement("code");
  made.textContent = text;
  return made;
}

function row({ line, name, names, value, message, hint }) {
  const made = document.createElement("tr");
  const column = names[language] ?? name;
  const first = cell(line);
  first.dataset.label = panel.querySelector("th").textContent;
  made.append(first, cell(column), cell(value ? code(value) : "–"), cell(message[language]), cell(hint[language] ?? ""));
  return made;
}

async function load() {
  const answer = await fetch(panel.dataset.path + (cursor && `&cursor=${encodeURIComponent(cursor)}`)).catch(() => null);
  if (!answer?.ok) {
    const said = document.createElement("tr");
    const told = cell(panel.dataset.failed);
    told.colSpan = 5;
    said.append(told);
    rows.append(said);
    return;
  }
  const page = await answer.json();
  rows.append(...page.items.map(row));
  cursor = page.next ?? "";
  more.hidden = !cursor;
}

/** What was found wrong is shown anew whenever the list has come to another end. */
function look() {
  const { stage, faulty } = document.querySelector("[data-upload]").dataset;
  const over = stage === "FAULTY" || stage === "FILED";
  const now = over && faulty !== "0" ? `${stage} ${faulty}` : "";
  if (now === shown) return;
  shown = now;
  cursor = "";
  rows.replaceChildren();
  panel.hidden = !now;
  if (now) load();
}

more.addEventListener("click", load);
document.body.addEventListener("htmx:afterSwap", look);
look();
