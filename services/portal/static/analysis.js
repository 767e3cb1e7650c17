// The analyst's figures, asked of analytics with the reader's own token; nothing is computed here but how it looks.

const place = document.getElementById("analysis");
const standing = document.getElementById("standing");
const told = place.dataset;
const language = document.documentElement.lang;
const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
const SHARES = new Set(["CAPACITY_USED", "ON_TIME"]);
const SVG = "http://www.w3.org/2000/svg";

/** Hà Nội's midnight at which a day begins, or the one at which it is over. */
function midnight(day, over = false) {
  const at = new Date(`${day}T00:00:00+07:00`);
  if (over) at.setUTCDate(at.getUTCDate() + 1);
  return at.toISOString();
}

function asked(by, more = {}) {
  const query = new URLSearchParams({ since: midnight(told.first), until: midnight(told.last, true), by, ...more });
  if (told.route) query.set("route", told.route);
  if (told.direction && !query.has("direction")) query.set("direction", told.direction);
  return query;
}

async function ask(by, more) {
  const answer = await fetch(`/api/analytics/figures?${asked(by, more)}`);
  const body = await answer.json();
  if (!answer.ok) throw new Error([body.detail, body.hint].filter(Boolean).join(" "));
  return body;
}

function span(seconds) {
  return seconds < 5400
    ? `${number.format(seconds / 60)} ${told.minutes}`
    : `${number.format(seconds / 3600)} ${told.hours}`;
}

/** The number that stands for a reading; null when there is none to show. */
function main(figure, reading) {
  if (reading.suppressed) return null;
  return figure === "CLEARED" || SHARES.has(figure) ? reading.value : reading.p50;
}

function shown(figure, reading) {
  if (reading.suppressed) return told.few;
  const value = main(figure, reading);
  if (value === null) return told.none;
  if (figure === "CLEARED") return number.format(value);
  return SHARES.has(figure) ? percent.format(value) : span(value);
}

/** How it compares with the same weekdays before. */
function change(figure, reading, before) {
  const [now, then] = [main(figure, reading), before ? main(figure, before) : null];
  if (now === null || !then) return "";
  const grown = now / then - 1;
  if (Math.abs(grown) < 0.005) return told.same;
  return `${grown > 0 ? "▲" : "▼"} ${percent.format(Math.abs(grown))}`;
}

function draw(tag, attributes, parent) {
  const drawn = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) drawn.setAttribute(name, value);
  return parent.appendChild(drawn);
}

function showFigure(card, reading, before, days) {
  const figure = card.dataset.figure;
  card.querySelector("[data-value]").textContent = shown(figure, reading);
  const p90 = reading.p90 === null ? "" : `p90 ${span(reading.p90)}`;
  const n = reading.n === null ? "" : `${told.n} ${number.format(reading.n)}`;
  card.querySelector("[data-beside]").textContent = [change(figure, reading, before), p90, n].filter(Boolean).join(" · ");
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

/** Trucks cleared by hour of the day, imports below exports, over all days of the period. */
function showThroughput(imports, exports) {
  const bars = place.querySelector("[data-bars]");
  bars.replaceChildren();
  const hours = Array.from({ length: 24 }, () => [0, 0]);
  for (const [side, groups] of [imports.groups, exports.groups].entries())
    for (const group of groups) hours[Number(group.key) % 24][side] += group.figures.CLEARED.value ?? 0;
  const most = Math.max(...hours.map(([one, other]) => one + other), 1);
  for (const [hour, sides] of hours.entries()) {
    let base = 190;
    for (const [side, count] of sides.entries()) {
      const height = (count / most) * 165;
      base -= height;
      const bar = draw("rect", { x: hour * 40 + 4, y: base, width: 32, height, class: side ? "export" : "import" }, bars);
      draw("title", {}, bar).textContent = `${hour}:00 ${side ? told.export : told.import} ${number.format(count)}`;
    }
    if (sides[0] + sides[1])
      draw("text", { x: hour * 40 + 20, y: base - 6 }, bars).textContent = number.format(sides[0] + sides[1]);
    draw("text", { x: hour * 40 + 20, y: 210 }, bars).textContent = hour;
  }
}

/** A route as the page names it. */
function nameOf(route) {
  return document.querySelector(`#route option[value="${route}"]`)?.textContent ?? route;
}

function showRoutes(groups) {
  const figures = [...place.querySelectorAll("[data-figure]")].map((card) => card.dataset.figure);
  const rows = groups.map((group) => {
    const row = document.createElement("tr");
    const head = row.appendChild(document.createElement("th"));
    head.scope = "row";
    head.textContent = nameOf(group.key);
    for (const figure of figures) {
      const cell = row.appendChild(document.createElement("td"));
      cell.className = "number";
      cell.textContent = shown(figure, group.figures[figure]);
    }
    return row;
  });
  place.querySelector("[data-routes]").replaceChildren(...rows);
}

async function show() {
  const beside = { against_since: midnight(told.before), against_until: midnight(told.beforeLast, true) };
  const sides = ["IMPORT", "EXPORT"].map((direction) =>
    told.direction && told.direction !== direction ? { groups: [] } : ask("week", { direction }),
  );
  const [whole, days, routes, imports, exports] = await Promise.all([
    ask("nothing", beside), ask("day"), ask("route"), ...sides,
  ]);
  const [group] = whole.groups;
  for (const card of place.querySelectorAll("[data-figure]")) {
    const figure = card.dataset.figure;
    showFigure(card, group.figures[figure], whole.against[0]?.figures[figure], days.groups);
  }
  showThroughput(imports, exports);
  showRoutes(routes.groups);
  for (const link of place.querySelectorAll("[data-table]"))
    link.href = `/api/analytics/figures.${link.dataset.table}?${asked("route", beside)}`;
  standing.textContent = group.figures.CLEARED.n ? "" : told.none;
  standing.hidden = Boolean(group.figures.CLEARED.n);
}

show().catch((error) => {
  standing.textContent = `${told.failed} ${error.message}`;
});
