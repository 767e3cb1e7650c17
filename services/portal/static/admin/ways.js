// Lanes and roads: a GeoJSON file is checked by their owner, told in figures, and put in force as a whole.

import { explain, problem, send } from "../commands.js";

const API = "/api/tracking/ways";
const LARGEST = 4 * 1024 * 1024;
const place = document.getElementById("ways");
const form = place.querySelector("form");
const [figures, told, loads, wrong] = ["[data-figures]", "[data-told]", "[data-loads]", "[data-problem]"].map((one) => place.querySelector(one));
const shown = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
let version = 0;
let file = null;
let turn = 0; // an answer about an earlier file or kind comes too late

function forget() {
  turn += 1;
  file = null;
  loads.disabled = true;
  figures.hidden = told.hidden = true;
  wrong.replaceChildren();
}

async function readFile(chosen) {
  const read = chosen.size <= LARGEST ? await chosen.text().then(JSON.parse).catch(() => null) : null;
  return Array.isArray(read?.features) ? { type: "FeatureCollection", features: read.features } : null;
}

async function check() {
  forget();
  const own = turn;
  const read = await readFile(form.elements.file.files[0]);
  if (own !== turn) return;
  if (!read) return problem(wrong, place.dataset.unreadable);
  const answer = await send(`${API}/${form.elements.kind.value}/check`, read).catch((error) => error);
  const found = answer.ok && (await answer.json());
  if (own !== turn) return;
  if (!found) return explain(wrong, answer);
  for (const one of figures.querySelectorAll("[data-figure]")) {
    const value = found[one.dataset.figure];
    one.textContent = shown.format(one.dataset.figure === "metres" ? value / 1000 : value);
  }
  figures.hidden = false;
  file = read;
  loads.disabled = false;
}

async function load() {
  loads.disabled = true;
  const answer = await send(`${API}/${form.elements.kind.value}`, file, { "If-Match": `"${version}"` }, "PUT").catch((error) => error);
  if (!answer.ok) return explain(wrong, answer);
  form.reset();
  forget();
  told.hidden = false;
  document.dispatchEvent(new CustomEvent("ways", { detail: await answer.json() }));
}

function tell(drawn) {
  version = drawn.version;
  const { lanes, roads } = drawn;
  const counts = { "%l": lanes.length, "%r": roads.length, "%v": version };
  place.querySelector("[data-drawn]").textContent = place.dataset.inForce.replace(/%[lrv]/g, (one) => shown.format(counts[one]));
}

document.addEventListener("ways", ({ detail }) => tell(detail));

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
form?.addEventListener("change", forget);
loads?.addEventListener("click", load);
