// Lines, bars and scales, drawn as wide as there is room for so that letters keep their size.

const SVG = "http://www.w3.org/2000/svg";
const NICE = [1, 2, 5, 10];
const SECONDS = [60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000, 864_000];

/** An element of a drawing. */
export function draw(tag, attributes, parent, text) {
  const drawn = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) drawn.setAttribute(name, value);
  if (text !== undefined) drawn.textContent = text;
  return parent.appendChild(drawn);
}

/** What the pointer hears of a mark. */
export function title(mark, text) {
  draw("title", {}, mark, text);
}

/** An empty drawing of this height, and the room between its margins. */
export function begin(svg, height, margins = {}) {
  const width = Math.max(Math.round(svg.parentElement.clientWidth), 240);
  const { left = 48, right = 8, top = 12, bottom = 24 } = margins;
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("height", height);
  return { svg, left, top, right: width - right, bottom: height - bottom, width: width - left - right, height };
}

function steps(most, durations) {
  if (durations) return SECONDS.find((step) => most / step <= 5) ?? Math.ceil(most / 5 / 86_400) * 86_400;
  const power = 10 ** Math.floor(Math.log10(most / 4 || 1));
  return Math.max(1, NICE.map((nice) => nice * power).find((step) => most / step <= 5) ?? most);
}

/** A scale upward from zero with its lines and numbers; gives the height of a value. */
export function upward(room, most, write, durations = false) {
  const step = steps(most, durations);
  const top = Math.max(Math.ceil(most / step), 1) * step;
  const y = (value) => room.bottom - (value / top) * (room.bottom - room.top);
  for (let value = 0; value <= top; value += step) {
    draw("line", { x1: room.left, x2: room.right, y1: y(value), y2: y(value), class: "grid" }, room.svg);
    draw("text", { x: room.left - 6, y: y(value) + 4, class: "end" }, room.svg, write(value));
  }
  return y;
}

/** The hours of a day along the bottom; gives the left edge and the width of an hour. */
export function hours(room) {
  const width = room.width / 24;
  for (let hour = 0; hour < 24; hour += width < 26 ? 3 : 1)
    draw("text", { x: room.left + (hour + 0.5) * width, y: room.bottom + 16 }, room.svg, hour);
  return { at: (hour) => room.left + hour * width, width };
}

/** The points of a line, as one path; what is not known interrupts it. */
export function path(points) {
  let pen = "M";
  return points
    .map((point) => {
      if (!point) {
        pen = "M";
        return "";
      }
      const drawn = `${pen}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
      pen = "L";
      return drawn;
    })
    .join("");
}
