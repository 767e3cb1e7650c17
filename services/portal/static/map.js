// The route's map: the province's outline, the areas, and each truck as a mark on canvas. Nothing from outside.

import { hour, now } from "./clock.js";

const EVERY = 4000;
const SILENT_SECONDS = 300;
const STILL_KMH = 3;
const HOME = [21.975, 106.69];
const count = document.getElementById("map-count");

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function styleOfTruck({ age_seconds: age, speed_kmh: speed }) {
  if (age > SILENT_SECONDS) return { radius: 6, weight: 2, color: colour("unknown"), dashArray: "3 3", fillOpacity: 0 };
  if ((speed ?? 0) < STILL_KMH) return { radius: 6, weight: 3, color: colour("accent"), dashArray: null, fillOpacity: 0.15 };
  return { radius: 6, weight: 1.5, color: colour("raised"), fillColor: colour("accent"), dashArray: null, fillOpacity: 1 };
}

const AREAS = { WAITING: "attention", GATE: "accent", YARD: "unknown" };

function styleOfArea(feature) {
  const tone = colour(AREAS[feature.properties.kind] ?? "unknown");
  return { color: tone, weight: 1.5, fillColor: tone, fillOpacity: 0.12 };
}

async function json(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

class TruckLayer {
  constructor(map) {
    this.map = map;
    this.marks = new Map();
  }

  show(features) {
    const seen = new Set();
    for (const { geometry, properties } of features) {
      seen.add(properties.crossing_id);
      this.place(properties, [geometry.coordinates[1], geometry.coordinates[0]]);
    }
    for (const [id, mark] of this.marks) {
      if (seen.has(id)) continue;
      mark.remove();
      this.marks.delete(id);
    }
  }

  place(properties, at) {
    const id = properties.crossing_id;
    let mark = this.marks.get(id);
    if (!mark) {
      mark = L.circleMarker(at).addTo(this.map).bindTooltip("");
      mark.on("click", () => location.assign(`/crossings/${id}`));
      this.marks.set(id, mark);
    }
    mark.setLatLng(at).setStyle(styleOfTruck(properties));
    mark.setTooltipContent(`${properties.reference} · ${hour(Date.parse(properties.at))}`);
  }
}

async function drawGround(place, map, route) {
  const outline = await json("/static/map/lang-son.geojson");
  L.geoJSON(outline, { interactive: false, style: { color: colour("line-strong"), weight: 1.5, fillColor: colour("raised"), fillOpacity: 0.6 } }).addTo(map);
  const areas = await json("/api/tracking/areas");
  const drawn = L.geoJSON(areas, { style: styleOfArea }).addTo(map);
  drawn.eachLayer((layer) => layer.bindTooltip(place.dataset[layer.feature.properties.kind.toLowerCase()] ?? ""));
  const own = areas.features.filter(({ properties }) => !properties.route || properties.route === route);
  const bounds = L.geoJSON(own.length ? own : areas).getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [24, 24], maxZoom: 15 });
  map.attributionControl.addAttribution(place.dataset.source);
}

/** Draw the map, and keep the trucks where they are. */
export async function drawMap(place, route) {
  const map = L.map(place, { preferCanvas: true, zoomAnimation: false, fadeAnimation: false, attributionControl: true });
  map.attributionControl.setPrefix(false);
  map.setView(HOME, 13);
  new ResizeObserver(() => map.invalidateSize()).observe(place);
  const trucks = new TruckLayer(map);
  await drawGround(place, map, route).catch(() => {});
  let lastAt = now();
  async function follow() {
    if (document.hidden) return;
    try {
      const { features } = await json(`/api/tracking/positions/latest?route=${route}`);
      trucks.show(features);
      lastAt = now();
      count.textContent = features.length ? count.dataset.some.replace("%", features.length) : count.dataset.none;
    } catch {
      count.textContent = count.dataset.failed.replace("%", hour(lastAt));
    }
  }
  await follow();
  setInterval(follow, EVERY);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => location.reload());
}
