// Thousands of trucks on one canvas: a mark is a stamp drawn once, and placed as often as there are trucks.

const RADIUS = 6;
const REACH = 22;
const GLIDE = 150;
const SILENT_SECONDS = 300;
const STILL_KMH = 3;
const still = matchMedia("(prefers-reduced-motion: reduce)");

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function stamp(draw, scale) {
  const made = document.createElement("canvas");
  made.width = made.height = Math.ceil(2 * (RADIUS + 2) * scale);
  const pen = made.getContext("2d");
  pen.scale(scale, scale);
  pen.translate(RADIUS + 2, RADIUS + 2);
  pen.beginPath();
  pen.arc(0, 0, RADIUS, 0, 2 * Math.PI);
  draw(pen);
  return made;
}

function stamps(scale) {
  const [accent, raised, unknown] = ["accent", "raised", "unknown"].map(colour);
  return {
    moving: stamp((pen) => {
      Object.assign(pen, { fillStyle: accent, strokeStyle: raised, lineWidth: 1.5 });
      pen.fill();
      pen.stroke();
    }, scale),
    still: stamp((pen) => {
      Object.assign(pen, { fillStyle: raised, strokeStyle: accent, lineWidth: 3 });
      pen.fill();
      pen.stroke();
    }, scale),
    silent: stamp((pen) => {
      Object.assign(pen, { strokeStyle: unknown, lineWidth: 2 });
      pen.setLineDash([3, 3]);
      pen.stroke();
    }, scale),
  };
}

function kindOf(age, speed) {
  if (age > SILENT_SECONDS) return "silent";
  return (speed ?? 0) < STILL_KMH ? "still" : "moving";
}

/** A map's layer of trucks; `show` takes the rows of one message, `at` finds the truck under a finger. */
export const TruckLayer = L.Layer.extend({
  initialize() {
    this.trucks = new Map();
    this.movedAt = 0;
  },

  onAdd(map) {
    this.canvas = L.DomUtil.create("canvas", "trucks", map.getPanes().overlayPane);
    this.reset();
  },

  onRemove() {
    this.canvas.remove();
  },

  getEvents() {
    return { moveend: this.reset, resize: this.reset, zoomend: this.reset };
  },

  /** The canvas lies over what the window shows, and is as fine as the screen. */
  reset() {
    const scale = devicePixelRatio;
    const { x, y } = this._map.getSize();
    this.canvas.width = x * scale;
    this.canvas.height = y * scale;
    Object.assign(this.canvas.style, { width: `${x}px`, height: `${y}px` });
    L.DomUtil.setPosition(this.canvas, this._map.containerPointToLayerPoint([0, 0]));
    if (this.scale !== scale) this.stamps = stamps(scale);
    this.scale = scale;
    for (const truck of this.trucks.values()) this.place(truck, true);
    this.ask();
  },

  show(rows) {
    const before = this.trucks;
    this.trucks = new Map();
    for (const [id, reference, lon, lat, age, speed] of rows) {
      const truck = before.get(id) ?? { id };
      Object.assign(truck, { reference, lon, lat, age, kind: kindOf(age, speed) });
      this.place(truck, !before.has(id));
      this.trucks.set(id, truck);
    }
    this.movedAt = performance.now();
    this.ask();
  },

  place(truck, atOnce) {
    const { x, y } = this._map.latLngToContainerPoint([truck.lat, truck.lon]);
    const glides = !atOnce && !still.matches;
    Object.assign(truck, { fromX: glides ? truck.x : x, fromY: glides ? truck.y : y, x, y });
  },

  ask() {
    this.asked ??= requestAnimationFrame(() => this.draw());
  },

  draw() {
    this.asked = null;
    const part = Math.min((performance.now() - this.movedAt) / GLIDE, 1);
    const pen = this.canvas.getContext("2d");
    const half = (RADIUS + 2) * this.scale;
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (const { fromX, fromY, x, y, kind } of this.trucks.values()) {
      const [left, top] = [fromX + (x - fromX) * part, fromY + (y - fromY) * part];
      pen.drawImage(this.stamps[kind], left * this.scale - half, top * this.scale - half);
    }
    if (part < 1) this.ask();
  },

  at({ x, y }) {
    let [nearest, reach] = [null, REACH ** 2];
    for (const truck of this.trucks.values()) {
      const far = (truck.x - x) ** 2 + (truck.y - y) ** 2;
      if (far < reach) [nearest, reach] = [truck, far];
    }
    return nearest;
  },

  /** Other colours, after the reader's screen turned dark or light. */
  repaint() {
    this.stamps = stamps(this.scale);
    this.ask();
  },
});
