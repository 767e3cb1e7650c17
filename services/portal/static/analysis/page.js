// The analyst's page: one period, and every picture follows it. Nothing is computed here but how it looks.

import { hour } from "../clock.js";
import { ask, before, beside, change, daysOf, endsNow, later, main, number, query, shortDate, shown, spans } from "./asking.js";
import { followPointer, strip } from "./brush.js";
import { draw } from "./drawing.js";
import { savePicture, saveTable } from "./leaving.js";
import { fan, heat, multiples, stages, throughput } from "./pictures.js";

const LONGEST = 366;
const AGAIN = 60_000;
const PICTURES = { strip, throughput, fan, heat, stages, multiples };
const place = document.getElementById("analysis");
const told = place.dataset;
const form = document.querySelector("form.choose");
const routes = new Map([...form.route.options].filter((one) => one.value).map((one) => [one.value, one.text]));
const figures = [...place.querySelectorAll("[data-figure]")].map((card) => card.dataset.figure);
let period = { first: told.first, last: told.last, route: told.route, direction: told.direction };
let turn = 0;

/** Say in a place how it stands; nothing when it is ready. */
function stand(where, kind, why) {
  where.hidden = kind === "ready";
  if (kind === "ready") return where.replaceChildren();
  const said = document.getElementById(`standing-${kind}`).content.cloneNode(true);
  const time = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit" });
  const strong = said.querySelector("strong");
  strong.textContent = strong.textContent.replace("{since}", where.since ? time.format(where.since) : "");
  if (why) said.querySelector("p > span").textContent = why;
  return where.replaceChildren(said);
}

/** Ask for something and show it; what was known stays when no answer comes. */
async function follow(where, asking, show) {
  const mine = turn;
  const was = where.answered;
  if (!was) stand(where, "loading");
  where.closest("[data-follows]").setAttribute("aria-busy", "true");
  try {
    const answer = await asking();
    if (mine !== turn) return;
    where.since = Date.now();
    where.answered = true;
    show(answer);
    stand(where, answer.empty ? "empty" : "ready");
  } catch (error) {
    if (mine !== turn) return;
    const many = error.code === "analytics.too_many";
    stand(where, many ? "many" : was ? "stale" : "failed", error.code ? error.message : undefined);
    if (many) show(null);
  } finally {
    if (mine === turn) where.closest("[data-follows]").removeAttribute("aria-busy");
  }
}

function showFigure(card, reading, fair, then, days) {
  const figure = card.dataset.figure;
  const span = spans([reading.p50, reading.p90]);
  card.querySelector("[data-value]").textContent = shown(figure, reading, span);
  const p90 = reading.p90 === null ? "" : `p90 ${span(reading.p90)}`;
  const n = reading.n === null || figure === "CLEARED" ? "" : `${told.n} ${number(reading.n)}`;
  card.querySelector("[data-beside]").textContent = [change(figure, fair, then), p90, n].filter(Boolean).join(" · ");
  const values = days.map((day) => main(figure, day.figures[figure]));
  const most = Math.max(...values.filter((value) => value !== null), 0);
  const spark = card.querySelector("[data-spark]");
  spark.replaceChildren();
  if (!most || values.length < 2) return;
  const points = values.flatMap((value, i) =>
    value === null ? [] : [`${(i / (values.length - 1)) * 120},${30 - (value / most) * 28}`],
  );
  draw("polyline", { points: points.join(" ") }, spark);
}

async function askFigures() {
  const other = beside(period);
  const wanted = [ask(period, "nothing", figures), ask(period, "day", figures)];
  const [whole, days, fair] = await Promise.all([...wanted, other && ask(period, "nothing", figures, other)]);
  return { whole, days, fair, empty: !whole.groups[0].figures.CLEARED.n };
}

function showFigures({ whole, days, fair }) {
  const of = (groups, figure) => groups?.[0]?.figures[figure];
  for (const card of place.querySelectorAll("[data-figure]")) {
    const { figure } = card.dataset;
    showFigure(card, of(whole.groups, figure), of(fair?.groups, figure), of(fair?.against, figure), days.groups);
  }
  const how = document.getElementById("how");
  how.textContent = how.dataset.text.replace("%e", number(whole.error * 100)).replace("%f", number(whole.floor));
}

function cell(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function row(cells) {
  const made = document.createElement("tr");
  made.append(...cells);
  return made;
}

function showRoutes({ groups }) {
  const column = (figure) => groups.map((group) => main(figure, group.figures[figure]));
  const span = Object.fromEntries(figures.map((figure) => [figure, spans(column(figure))]));
  const rows = groups.map((group) =>
    row([
      cell("th", routes.get(group.key) ?? group.key, { scope: "row" }),
      ...figures.map((figure) => cell("td", shown(figure, group.figures[figure], span[figure]), { class: "number" })),
    ]),
  );
  place.querySelector("[data-routes]").replaceChildren(...rows);
}

/** A picture's drawing and its table; nothing where there is too much to draw. */
function showPicture(section, picture, answer) {
  section.answer = answer;
  const empty = !answer || answer.empty;
  for (const part of section.querySelectorAll("[data-drawing], [data-png], [data-csv], details")) part.hidden = empty;
  if (empty) return;
  picture.draw(section.querySelector("svg[data-draws]"), answer);
  const legend = section.querySelector("[data-legend]");
  if (legend && picture.legend) legend.textContent = picture.legend(answer);
  section.querySelector("thead").replaceChildren(row(answer.head.map((text) => cell("th", text, { scope: "col" }))));
  const rows = answer.rows.map((values) =>
    row(values.map((value, i) => (i ? cell("td", value === null ? "–" : answer.write[i](value), { class: "number" }) : cell("th", answer.write[0](value), { scope: "row" })))),
  );
  section.querySelector("tbody").replaceChildren(...rows);
}

/** Ask everything of the period anew. */
function followAll() {
  turn += 1;
  const then = before(period);
  const until = endsNow(period);
  document.getElementById("against").textContent = (until ? told.againstHour : told.against)
    .replace("{first}", shortDate(then.first))
    .replace("{last}", shortDate(then.last))
    .replace("{hour}", until && hour(Date.parse(until)));
  follow(document.getElementById("standing"), askFigures, showFigures);
  follow(document.getElementById("standing-routes"), () => ask(period, "route", figures), showRoutes);
  for (const section of place.querySelectorAll("[data-picture]")) {
    const picture = PICTURES[section.dataset.picture];
    const asking = () => picture.ask(period, routes);
    follow(section.querySelector("[data-state]"), asking, (answer) => showPicture(section, picture, answer));
  }
  for (const link of place.querySelectorAll("[data-table]"))
    link.href = `/api/analytics/figures.${link.dataset.table}?${query(period, "route", [], beside(period) ?? {})}`;
}

function showForm() {
  form.from.value = period.first;
  form.to.value = period.last;
  form.route.value = period.route;
  form.direction.value = period.direction;
}

/** Take up another period (or route, or direction), and carry it in the address. */
function choose(more) {
  const wanted = { ...period, ...more };
  wanted.last = [wanted.last, told.today].sort()[0];
  wanted.first = [wanted.first, wanted.last].sort()[0];
  if (daysOf(wanted.first, wanted.last) > LONGEST) wanted.first = later(wanted.last, 1 - LONGEST);
  period = wanted;
  const address = new URLSearchParams({ from: period.first, to: period.last });
  if (period.route) address.set("route", period.route);
  if (period.direction) address.set("direction", period.direction);
  history.pushState(period, "", `?${address}`);
  showForm();
  followAll();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const [first, last] = [form.from.value || period.first, form.to.value || period.last];
  choose({ first, last, route: form.route.value, direction: form.direction.value });
});
addEventListener("popstate", (event) => {
  period = event.state ?? { first: told.first, last: told.last, route: told.route, direction: told.direction };
  showForm();
  followAll();
});
for (const section of place.querySelectorAll("[data-picture]")) {
  const svg = section.querySelector("svg[data-draws]");
  const heading = section.querySelector("h2").textContent;
  const name = () => `${section.dataset.picture}-${period.first}-${period.last}`;
  section.querySelector("[data-png]").addEventListener("click", () => savePicture(svg, heading, name()));
  section.querySelector("[data-csv]").addEventListener("click", () => saveTable(section.answer, name()));
  if (section.dataset.picture === "strip") followPointer(svg, (first, last) => choose({ first, last }));
}
let width = place.clientWidth;
new ResizeObserver(() => {
  if (place.clientWidth === width) return;
  width = place.clientWidth;
  for (const section of place.querySelectorAll("[data-picture]"))
    if (section.answer && !section.answer.empty)
      PICTURES[section.dataset.picture].draw(section.querySelector("svg[data-draws]"), section.answer);
}).observe(place);
setInterval(() => {
  if (!document.hidden && period.last === told.today) followAll();
}, AGAIN);
followAll();
