// A picture as a PNG and its data as CSV. The content policy lets no picture of a picture be loaded: it is painted anew.

const SCALE = 2;

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The table as comma-separated values: durations in seconds, as analytics states them. */
export function saveTable(table, name) {
  const field = (value) => (/[",\n]/.test(String(value ?? "")) ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? ""));
  const text = [table.head, ...table.rows].map((row) => row.map(field).join(",")).join("\r\n");
  save(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv;charset=utf-8" }), `${name}.csv`);
}

/** The drawing on the page's own ground, with its title above it. */
export async function savePicture(svg, heading, name) {
  const { width, height } = svg.viewBox.baseVal;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [(width + 32) * SCALE, (height + 64) * SCALE];
  const brush = canvas.getContext("2d");
  const ground = getComputedStyle(svg.closest(".panel"));
  brush.scale(SCALE, SCALE);
  brush.fillStyle = ground.backgroundColor;
  brush.fillRect(0, 0, width + 32, height + 64);
  brush.fillStyle = ground.color;
  brush.font = `600 16px ${ground.fontFamily}`;
  brush.fillText(heading, 16, 28);
  brush.translate(16, 48);
  for (const mark of svg.querySelectorAll("rect, line, path, circle, text")) paint(brush, mark);
  save(await new Promise((done) => canvas.toBlob(done, "image/png")), `${name}.png`);
}

function paint(brush, mark) {
  const look = getComputedStyle(mark);
  const shape = shapeOf(mark);
  brush.lineWidth = Number.parseFloat(look.strokeWidth);
  brush.setLineDash(look.strokeDasharray === "none" ? [] : look.strokeDasharray.split(",").map(Number.parseFloat));
  if (look.fill !== "none") {
    brush.globalAlpha = Number(look.fillOpacity) * Number(look.opacity);
    brush.fillStyle = look.fill;
    if (shape) brush.fill(shape);
    else write(brush, mark, look);
  }
  brush.globalAlpha = Number(look.opacity);
  brush.strokeStyle = look.stroke;
  if (shape && look.stroke !== "none") brush.stroke(shape);
}

function write(brush, mark, look) {
  brush.font = `${look.fontWeight} ${look.fontSize} ${look.fontFamily}`;
  brush.textAlign = { middle: "center", end: "right" }[look.textAnchor] ?? "left";
  brush.fillText(mark.textContent, mark.x.baseVal[0].value, mark.y.baseVal[0].value);
}

function shapeOf(mark) {
  if (mark.tagName === "path") return new Path2D(mark.getAttribute("d"));
  if (mark.tagName === "text") return null;
  const number = (name) => Number(mark.getAttribute(name));
  const shape = new Path2D();
  if (mark.tagName === "rect") shape.rect(number("x"), number("y"), number("width"), number("height"));
  else if (mark.tagName === "circle") shape.arc(number("cx"), number("cy"), number("r"), 0, 2 * Math.PI);
  else {
    shape.moveTo(number("x1"), number("y1"));
    shape.lineTo(number("x2"), number("y2"));
  }
  return shape;
}
