// One picture a question. Each asks, draws itself as often as the window changes, and says the same as a table.

import { ask, daysOf, main, number, shortDate, spans, weekday } from "./asking.js";
import { begin, draw, hours, path, title, upward } from "./drawing.js";

const told = document.getElementById("analysis").dataset;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const clock = (hour) => `${String(hour).padStart(2, "0")}:00`;

function byKey(groups) {
  return new Map(groups.map((group) => [group.key, group]));
}

/** Trucks cleared by hour of the day, imports below exports, and what the published hours could take. */
export const throughput = {
  async ask(period) {
    const sides = ["IMPORT", "EXPORT"].map((direction) =>
      period.direction && period.direction !== direction
        ? { groups: [] }
        : ask(period, "clock", ["CLEARED", "CAPACITY_USED"], { direction }),
    );
    const [imports, exports] = (await Promise.all(sides)).map((answer) => byKey(answer.groups));
    const rows = HOURS.map((hour) => {
      const [one, other] = [imports.get(String(hour)), exports.get(String(hour))];
      const capacity = (one?.capacity ?? 0) + (other?.capacity ?? 0);
      return [clock(hour), main("CLEARED", one?.figures.CLEARED), main("CLEARED", other?.figures.CLEARED), capacity || null];
    });
    return {
      head: [told.hour, told.import, told.export, told.capacity],
      write: [String, number, number, number],
      rows,
      empty: rows.every((row) => !row[1] && !row[2]),
    };
  },
  draw(svg, { rows }) {
    const room = begin(svg, 260);
    const y = upward(room, Math.max(...rows.map((row) => Math.max(row[1] + row[2], row[3] ?? 0)), 1), number);
    const x = hours(room);
    for (const [hour, [name, imports, exports, capacity]] of rows.entries()) {
      const wide = { x: x.at(hour) + x.width * 0.12, width: x.width * 0.76 };
      for (const [side, from, count] of [["import", 0, imports ?? 0], ["export", imports ?? 0, exports ?? 0]]) {
        if (!count) continue;
        const bar = draw("rect", { ...wide, y: y(from + count), height: y(from) - y(from + count), class: side }, svg);
        title(bar, `${name} · ${told[side]} ${number(count)}`);
      }
      if (capacity) {
        const line = draw("path", { d: `M${x.at(hour)} ${y(capacity)}h${x.width}`, class: "capacity" }, svg);
        title(line, `${name} · ${told.capacity} ${number(capacity)}`);
      }
    }
  },
};

/** How long trucks called in an hour of the day had waited: the middle eight of ten, and the median. */
export const fan = {
  async ask(period) {
    const groups = byKey((await ask(period, "clock", ["WAIT"])).groups);
    const rows = HOURS.map((hour) => {
      const reading = groups.get(String(hour))?.figures.WAIT;
      return [clock(hour), reading?.p10 ?? null, reading?.p50 ?? null, reading?.p90 ?? null, reading?.n ?? null];
    });
    const span = spans(rows.map((row) => row[3]));
    return {
      head: [told.hour, "p10", "p50", "p90", told.n],
      write: [String, span, span, span, number],
      rows,
      empty: rows.every((row) => row[2] === null),
    };
  },
  draw(svg, { rows, write: [, span] }) {
    const room = begin(svg, 260, { left: 64 });
    const y = upward(room, Math.max(...rows.map((row) => row[3] ?? 0), 60), span, true);
    const x = hours(room);
    const middle = (hour) => x.at(hour) + x.width / 2;
    for (const [hour, [name, low, median, high, n]] of rows.entries()) {
      if (median === null) continue;
      const band = draw("rect", { x: x.at(hour), width: x.width, y: y(high), height: Math.max(y(low) - y(high), 1), class: "fan" }, svg);
      title(band, `${name} · p10 ${span(low)} · p50 ${span(median)} · p90 ${span(high)} · ${told.n} ${number(n)}`);
    }
    const line = (column) => path(rows.map((row, hour) => (row[column] === null ? null : [middle(hour), y(row[column])])));
    draw("path", { d: line(2), class: "median" }, svg);
  },
};

/** The median wait of every hour of the week: the stronger the colour, the longer. */
export const heat = {
  async ask(period) {
    const groups = byKey((await ask(period, "week", ["WAIT"])).groups);
    const rows = HOURS.map((hour) => [
      clock(hour),
      ...Array.from({ length: 7 }, (_, day) => main("WAIT", groups.get(String(day * 24 + hour))?.figures.WAIT)),
    ]);
    const span = spans(rows.flatMap((row) => row.slice(1)));
    return {
      head: [told.hour, ...Array.from({ length: 7 }, (_, day) => weekday(day))],
      write: [String, ...Array(7).fill(span)],
      rows,
      empty: rows.every((row) => row.slice(1).every((value) => value === null)),
    };
  },
  draw(svg, { rows, head, write: [, span] }) {
    const room = begin(svg, 7 * 28 + 36, { left: 56 });
    const x = hours(room);
    const most = Math.max(...rows.flatMap((row) => row.slice(1).map((value) => value ?? 0)), 1);
    for (let day = 0; day < 7; day += 1) {
      const top = room.top + day * 28;
      draw("text", { x: room.left - 6, y: top + 18, class: "end" }, svg, head[day + 1]);
      for (const [hour, row] of rows.entries()) {
        const value = row[day + 1];
        const place = { x: x.at(hour) + 1, y: top + 1, width: Math.max(x.width - 2, 2), height: 26, rx: 2 };
        const cell = draw("rect", { ...place, class: value === null ? "blank" : "heat" }, svg);
        if (value !== null) cell.setAttribute("fill-opacity", (0.12 + 0.88 * (value / most)).toFixed(3));
        title(cell, `${head[day + 1]} ${row[0]} · ${value === null ? told.few : span(value)}`);
      }
    }
  },
  legend({ rows, write: [, span] }) {
    return `${number(0)} – ${span(Math.max(...rows.flatMap((row) => row.slice(1).map((value) => value ?? 0))))}`;
  },
};

/** The median of each stage of a crossing. */
export const stages = {
  async ask(period) {
    const figures = ["WAIT", "APPROACH", "CLEARANCE", "YARD"];
    const [group] = (await ask(period, "nothing", figures)).groups;
    const names = JSON.parse(told.stages);
    const rows = figures.map((figure) => [names[figure], main(figure, group.figures[figure]), group.figures[figure].p90, group.figures[figure].n]);
    const span = spans(rows.map((row) => row[2]));
    return { head: [told.stage, "p50", "p90", told.n], write: [String, span, span, number], rows, empty: rows.every((row) => row[1] === null) };
  },
  draw(svg, { rows, write: [, span] }) {
    const room = begin(svg, rows.length * 52 + 8, { left: 8, top: 4, bottom: 4 });
    const most = Math.max(...rows.map((row) => row[2] ?? 0), 1);
    const long = (seconds) => ((seconds ?? 0) / most) * room.width;
    for (const [place, [name, median, high]] of rows.entries()) {
      const top = room.top + place * 52;
      const beyond = room.width < 400 ? "" : ` · p90 ${span(high)}`;
      draw("text", { x: room.left, y: top + 16, class: "start" }, svg, `${name}: ${median === null ? told.few : span(median) + beyond}`);
      draw("rect", { x: room.left, y: top + 24, width: long(high), height: 16, rx: 2, class: "fan" }, svg);
      draw("rect", { x: room.left, y: top + 24, width: long(median), height: 16, rx: 2, class: "import" }, svg);
    }
  },
};

/** Each route's median wait, day by day or hour by hour, all on one scale. */
export const multiples = {
  async ask(period, routes) {
    const by = daysOf(period.first, period.last) > 2 ? "day" : "hour";
    const there = (await ask(period, "route", ["WAIT"])).groups;
    const wanted = there.map(({ key }) => ({ code: key, name: routes.get(key) ?? key }));
    const answers = await Promise.all(wanted.map((route) => ask(period, by, ["WAIT"], { route: route.code })));
    const keys = [...new Set(answers.flatMap((answer) => answer.groups.map((group) => group.key)))].sort();
    const found = answers.map((answer) => byKey(answer.groups));
    const name = (key) => (by === "day" ? shortDate(key) : `${shortDate(key.slice(0, 10))} ${key.slice(11)}`);
    const rows = keys.map((key) => [name(key), ...found.map((groups) => main("WAIT", groups.get(key)?.figures.WAIT))]);
    const span = spans(rows.flatMap((row) => row.slice(1)));
    return {
      head: [by === "day" ? told.day : told.hour, ...wanted.map((route) => route.name)],
      write: [String, ...wanted.map(() => span)],
      rows,
      empty: rows.every((row) => row.slice(1).every((value) => value === null)),
    };
  },
  draw(svg, { rows, head, write: [, span = spans([])] }) {
    const routes = head.slice(1);
    const whole = Math.max(svg.parentElement.clientWidth, 240);
    const across = Math.min(routes.length, whole < 560 ? 1 : 2);
    const tall = 148;
    const outer = begin(svg, Math.ceil(routes.length / across) * tall, { left: 0, right: 0, top: 0, bottom: 0 });
    const most = Math.max(...rows.flatMap((row) => row.slice(1).map((value) => value ?? 0)), 60);
    const wide = outer.width / across;
    for (const [place, route] of routes.entries()) {
      const [left, top] = [(place % across) * wide, Math.floor(place / across) * tall];
      const room = { svg, left: left + 60, right: left + wide - 12, top: top + 28, bottom: top + tall - 24, width: wide - 72 };
      draw("text", { x: left + 4, y: top + 16, class: "start strong" }, svg, route);
      const y = upward(room, most, span, true);
      const x = (i) => room.left + (rows.length > 1 ? i / (rows.length - 1) : 0.5) * room.width;
      const points = rows.map((row, i) => (row[place + 1] === null ? null : [x(i), y(row[place + 1])]));
      draw("path", { d: path(points), class: "median" }, svg);
      for (const [i, point] of points.entries()) {
        if (!point) continue;
        const dot = draw("circle", { cx: point[0], cy: point[1], r: rows.length > 60 ? 1.5 : 3, class: "dot" }, svg);
        title(dot, `${route} · ${rows[i][0]} · ${span(rows[i][place + 1])}`);
      }
      if (!rows.length) continue;
      draw("text", { x: room.left, y: room.bottom + 16, class: "start" }, svg, rows[0][0]);
      if (rows.length > 1) draw("text", { x: room.right, y: room.bottom + 16, class: "end" }, svg, rows.at(-1)[0]);
    }
  },
};
