// Areas on the map: a draft is drawn here, checked by its owner, and put in force as a whole. Whatever the map shows
// can be typed as well.

import { explain, send } from "../commands.js";
import { colour, drawBase, styleOfArea } from "../map.js";
import { fill } from "./list.js";

const API = "/api/tracking/areas";
const SIX = 1e6;
const place = document.getElementById("areas");
const form = document.getElementById("area-form");
const words = JSON.parse(place.dataset.words);
const [body, template, standing, problem] = ["tbody", "template", "[data-standing]", "#area-problem"].map((one) => place.querySelector(one));
const button = (name) => document.getElementById(`${name}-areas`);
const map = L.map("area-map", { preferCanvas: true, zoomAnimation: false, fadeAnimation: false });
map.attributionControl.setPrefix(false);
map.setView([21.975, 106.69], 13);
const drawn = L.layerGroup().addTo(map);
const corners = L.layerGroup().addTo(map);
let version = 0;
let draft = [];
let edited = null;

const round = (degrees) => Math.round(degrees * SIX) / SIX;
const ringOf = (feature) => feature.geometry.coordinates[0].slice(0, -1);
const closed = (ring) => (ring.length ? [...ring, ring[0]] : []);

function stand(how) {
  for (const one of standing.children) one.hidden = one.dataset.stand !== how;
  body.closest("table").hidden = how !== "";
}

/** Draw the draft anew, on the map and in the list. */
function show() {
  drawn.clearLayers();
  for (const feature of draft) {
    const polygon = L.polygon(ringOf(feature).map(([lon, lat]) => [lat, lon]), styleOfArea(feature)).addTo(drawn);
    polygon.bindTooltip(feature.properties.code);
    if (feature === edited) polygon.setStyle({ color: colour("accent"), weight: 3, dashArray: "6 4" });
    polygon.on("click", (event) => {
      if (edited || !form) return;
      L.DomEvent.stop(event);
      edit(feature);
    });
  }
  body.replaceChildren(...draft.map(rowOf));
  stand(draft.length ? "" : "empty");
}

function rowOf(feature) {
  const row = fill(template.content.firstElementChild.cloneNode(true), feature.properties, words);
  row.querySelector("[data-edits]")?.addEventListener("click", () => edit(feature));
  return row;
}

function showCorners() {
  corners.clearLayers();
  if (!edited) return;
  for (const [n, [lon, lat]] of ringOf(edited).entries()) {
    const icon = L.divIcon({ className: "corner", iconSize: [20, 20] });
    const corner = L.marker([lat, lon], { draggable: true, icon, keyboard: false, alt: "" }).addTo(corners);
    corner.on("dragend", () => {
      const { lng, lat: north } = corner.getLatLng();
      reshape(ringOf(edited).map((one, m) => (m === n ? [round(lng), round(north)] : one)));
    });
  }
}

/** Give the edited area other corners, and forget what was checked. */
function reshape(ring) {
  edited.geometry.coordinates = [closed(ring), ...edited.geometry.coordinates.slice(1)];
  form.elements.corners.value = ring.map((one) => one.join(", ")).join("\n");
  forget();
  show();
  showCorners();
}

function forget() {
  button("activate").disabled = true;
  problem.replaceChildren();
  for (const name of ["area-checked", "area-same", "area-told"]) document.getElementById(name).hidden = true;
}

function edit(feature) {
  edited = feature;
  form.hidden = false;
  for (const name of ["code", "kind", "route"]) form.elements[name].value = feature.properties[name];
  reshape(ringOf(feature));
  const bounds = L.polygon(ringOf(feature).map(([lon, lat]) => [lat, lon])).getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [48, 48], maxZoom: 17 });
  form.elements.code.focus();
}

function stopEditing() {
  edited = null;
  form.hidden = true;
  show();
  showCorners();
}

/** The corners as they are typed; null while a line holds no pair of numbers. */
function typed() {
  const lines = form.elements.corners.value.split("\n").filter((line) => line.trim());
  const ring = lines.map((line) => line.split(/[\s,;]+/).filter(Boolean).map(Number));
  return ring.every((one) => one.length === 2 && one.every(Number.isFinite)) ? ring : null;
}

const plan = () => ({ type: "FeatureCollection", features: draft });

async function check() {
  forget();
  const answer = await send(`${API}/check`, plan()).catch((error) => error);
  if (!answer.ok) return explain(problem, answer);
  const told = await answer.json();
  for (const shown of document.querySelectorAll("[data-checked]")) {
    const found = told[shown.dataset.checked];
    const said = Array.isArray(found) ? found.map((one) => [one].flat().join(" + ")).join(", ") : String(found);
    shown.textContent = said || place.dataset.none;
  }
  const same = !told.added.length && !told.changed.length && !told.removed.length;
  document.getElementById("area-same").hidden = !same;
  document.getElementById("area-checked").hidden = same;
  button("activate").disabled = same;
}

async function activate() {
  button("activate").disabled = true;
  const answer = await send(API, plan(), { "If-Match": `"${version}"` }, "PUT").catch((error) => error);
  if (!answer.ok) return explain(problem, answer);
  forget();
  take(await answer.json());
  const told = document.getElementById("area-told");
  told.textContent = place.dataset.saved;
  told.hidden = false;
}

function take(areas) {
  draft = areas.features;
  version = areas.version;
  document.getElementById("area-version").textContent = place.dataset.version.replace("%", version);
  show();
}

async function read() {
  stand("loading");
  const answer = await fetch(API).catch(() => null);
  if (!answer?.ok) return stand("failed");
  take(await answer.json());
  const bounds = L.featureGroup(drawn.getLayers()).getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [24, 24] });
}

function actOnAreas() {
  document.getElementById("new-area").addEventListener("click", () => {
    const [first] = form.elements.route.options;
    const feature = { type: "Feature", properties: { code: "", kind: "WAITING", route: first?.value ?? "" }, geometry: { type: "Polygon", coordinates: [[]] } };
    draft = [...draft, feature];
    edit(feature);
  });
  document.getElementById("remove-area").addEventListener("click", () => {
    draft = draft.filter((one) => one !== edited);
    stopEditing();
    forget();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    stopEditing();
  });
  form.addEventListener("input", ({ target }) => {
    if (target.name !== "corners") edited.properties[target.name] = target.value;
    forget();
  });
  form.elements.corners.addEventListener("change", () => typed() && reshape(typed()));
  map.on("click", ({ latlng }) => edited && reshape([...ringOf(edited), [round(latlng.lng), round(latlng.lat)]]));
  button("check").addEventListener("click", check);
  button("activate").addEventListener("click", activate);
  button("discard").addEventListener("click", () => {
    if (edited) stopEditing();
    forget();
    read();
  });
}

if ("acts" in place.dataset) actOnAreas();
const repaint = await drawBase(map).catch(() => () => {});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  repaint();
  show();
});
await read();
