// The route's map: the province, its communes and gates, the areas, and the trucks over them. Nothing from outside.

import { hour, now } from "./clock.js";
import { TruckLayer } from "./trucks.js";
import { drawWays, line } from "./ways.js";

const EVERY = 4000;
const HOME = [21.975, 106.69];
const AREAS = { WAITING: "attention", GATE: "accent", YARD: "unknown" };
const count = document.getElementById("map-count");

export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export function styleOfArea({ properties }) {
  const tone = colour(AREAS[properties.kind] ?? "unknown");
  return { color: tone, weight: 1.5, fillColor: tone, fillOpacity: 0.12 };
}

function styleOfProvince() {
  return { color: colour("line-strong"), weight: 2.5, fillColor: colour("raised"), fillOpacity: 0.6, interactive: false };
}

function styleOfCommunes() {
  return { color: colour("line"), weight: 1, interactive: false };
}

async function json(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

function gate({ gate: name, place: [lon, lat] }) {
  return L.circleMarker([lat, lon], { radius: 4, color: colour("ink"), weight: 2, fillColor: colour("raised"), fillOpacity: 1 })
    .bindTooltip(name, { permanent: true, direction: "right", className: "map-name" });
}

/** The province, its communes, roads, lanes and gates; the answer paints them anew when the screen turns dark or light. */
export async function drawBase(map) {
  const { grid, province, communes, gates } = await json("/static/map/lang-son.json");
  const outline = L.polygon(line(province, grid), styleOfProvince()).addTo(map);
  const borders = L.polyline(communes.map((steps) => line(steps, grid)), styleOfCommunes()).addTo(map);
  const repaintWays = await drawWays(map).catch(() => () => {});
  const named = L.layerGroup(gates.map(gate)).addTo(map);
  return () => {
    outline.setStyle(styleOfProvince());
    borders.setStyle(styleOfCommunes());
    repaintWays();
    named.eachLayer((mark) => mark.setStyle({ color: colour("ink"), fillColor: colour("raised") }));
  };
}

async function drawGround(place, map, route) {
  const repaint = await drawBase(map);
  const areas = await json("/api/tracking/areas");
  const drawn = L.geoJSON(areas, { style: styleOfArea }).addTo(map);
  drawn.eachLayer((layer) => layer.bindTooltip(place.dataset[layer.feature.properties.kind.toLowerCase()] ?? ""));
  const own = areas.features.filter(({ properties }) => !properties.route || properties.route === route);
  const bounds = L.geoJSON(own.length ? own : areas).getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [24, 24], maxZoom: 15 });
  map.attributionControl.addAttribution(place.dataset.source);
  return () => {
    drawn.setStyle(styleOfArea);
    repaint();
  };
}

function openByHand(place, map, trucks) {
  const name = L.tooltip({ direction: "top", offset: [0, -8] });
  map.on("mousemove", ({ containerPoint }) => {
    const truck = trucks.at(containerPoint);
    place.classList.toggle("on-truck", Boolean(truck));
    if (!truck) return name.remove();
    name.setLatLng([truck.lat, truck.lon]).setContent(`${truck.reference} · ${hour(now() - truck.age * 1000)}`).addTo(map);
  });
  map.on("click", ({ containerPoint }) => {
    const truck = trucks.at(containerPoint);
    if (truck) location.assign(`/crossings/${truck.id}`);
  });
}

function tell({ rows, most }) {
  const { none, some, many } = count.dataset;
  count.textContent = rows.length ? (most ? many : some).replace("%", rows.length.toLocaleString(document.documentElement.lang)) : none;
}

/** Draw the map, and keep the trucks where they are. */
export async function drawMap(place, route) {
  const map = L.map(place, { preferCanvas: true, renderer: L.canvas({ padding: 0.5 }), zoomAnimation: false, fadeAnimation: false, attributionControl: true });
  map.attributionControl.setPrefix(false);
  map.setView(HOME, 13);
  new ResizeObserver(() => map.invalidateSize()).observe(place);
  const repaint = await drawGround(place, map, route).catch(() => () => {});
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", repaint);
  if (place.dataset.follows === undefined) return; // this reader is shown no trucks: asking would be refused each time
  const trucks = new TruckLayer().addTo(map);
  openByHand(place, map, trucks);
  let lastAt = now();
  async function follow() {
    if (document.hidden) return;
    try {
      const told = await json(`/api/tracking/positions/marks?route=${route}`);
      trucks.show(told.rows);
      tell(told);
      lastAt = now();
    } catch {
      count.textContent = count.dataset.failed.replace("%", hour(lastAt));
    }
  }
  await follow();
  setInterval(follow, EVERY);
  scheme.addEventListener("change", () => trucks.repaint());
}
