// The strip of days: drag across some of them, and everything follows.

import { ask, daysOf, later, main, number, shortDate } from "./asking.js";
import { begin, draw, title, upward } from "./drawing.js";

const told = document.getElementById("analysis").dataset;
const SHOWN = 60;

/** Two months up to today, and whatever earlier days are chosen. */
function stripOf(period) {
  const first = [later(told.today, 1 - SHOWN), period.first].sort()[0];
  return { ...period, first, last: told.today };
}

export const strip = {
  async ask(period) {
    const whole = stripOf(period);
    const groups = new Map((await ask(whole, "day", ["CLEARED"])).groups.map((group) => [group.key, group]));
    const days = Array.from({ length: daysOf(whole.first, whole.last) }, (_, i) => later(whole.first, i));
    const rows = days.map((day) => [day, main("CLEARED", groups.get(day)?.figures.CLEARED)]);
    return { head: [told.day, told.cleared], write: [shortDate, number], rows, period, empty: rows.every((row) => !row[1]) };
  },
  draw(svg, { rows, period }) {
    const room = begin(svg, 120);
    const y = upward(room, Math.max(...rows.map((row) => row[1] ?? 0), 1), number);
    const wide = room.width / rows.length;
    for (const [i, [day, count]] of rows.entries()) {
      const chosen = day >= period.first && day <= period.last;
      const place = { x: room.left + i * wide + wide * 0.1, width: wide * 0.8 };
      const bar = draw("rect", { ...place, y: y(count ?? 0), height: room.bottom - y(count ?? 0), class: chosen ? "import" : "unchosen" }, svg);
      title(bar, `${shortDate(day)} · ${count === null ? told.few : number(count)}`);
      if (i % Math.ceil(rows.length / (room.width < 480 ? 5 : 10)) === 0)
        draw("text", { x: room.left + (i + 0.5) * wide, y: room.bottom + 16 }, svg, shortDate(day));
    }
    const [from, to] = [period.first, period.last].map((day) => rows.findIndex((row) => row[0] === day));
    const held = draw("rect", { x: room.left + from * wide, y: room.top - 4, width: (to - from + 1) * wide, height: room.bottom - room.top + 4, class: "chosen" }, svg);
    svg.brush = { room, wide, rows, held };
  },
};

/** Let the pointer choose days; `choose` hears the first and the last. */
export function followPointer(svg, choose) {
  let start = null;
  const dayAt = (event) => {
    const { room, wide, rows } = svg.brush;
    const x = ((event.clientX - svg.getBoundingClientRect().left) * svg.viewBox.baseVal.width) / svg.clientWidth;
    return Math.min(Math.max(Math.floor((x - room.left) / wide), 0), rows.length - 1);
  };
  const mark = (event) => {
    const [from, to] = [start, dayAt(event)].sort((one, other) => one - other);
    svg.brush.held.setAttribute("x", svg.brush.room.left + from * svg.brush.wide);
    svg.brush.held.setAttribute("width", (to - from + 1) * svg.brush.wide);
    return [from, to];
  };
  svg.addEventListener("pointerdown", (event) => {
    if (!svg.brush || event.button) return;
    start = dayAt(event);
    svg.setPointerCapture(event.pointerId);
    mark(event);
  });
  svg.addEventListener("pointermove", (event) => {
    if (start !== null) mark(event);
  });
  svg.addEventListener("pointerup", (event) => {
    if (start === null) return;
    const [from, to] = mark(event);
    start = null;
    choose(svg.brush.rows[from][0], svg.brush.rows[to][0]);
  });
  svg.addEventListener("pointercancel", () => {
    start = null;
  });
}
