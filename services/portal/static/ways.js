// Lanes and roads as tracking tells them, drawn over the base; again as soon as others are put in force.

const NAMED_FROM = 12;
const MOST_NAMES = 30;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** The places of a line that is written as steps on a grid. */
export function line(steps, grid) {
  const places = [];
  let [x, y] = [0, 0];
  for (let n = 0; n < steps.length; n += 2) {
    x += steps[n];
    y += steps[n + 1];
    places.push([y * grid, x * grid]);
  }
  return places;
}

const styleOfRoads = () => ({ color: colour("ink-soft"), weight: 2, opacity: 0.55, interactive: false });
const styleOfLane = () => ({ color: colour("accent"), weight: 3, opacity: 0.8, dashArray: "8 6" });

/** The longest line of each named road, the longest first: where its name is written. */
function named(roads) {
  const longest = new Map();
  for (const road of roads) {
    if (road.name && road.steps.length > (longest.get(road.name)?.steps.length ?? 0)) longest.set(road.name, road);
  }
  return [...longest.values()].sort((one, other) => other.steps.length - one.steps.length).slice(0, MOST_NAMES);
}

function nameOf({ name, steps }, grid) {
  const places = line(steps, grid);
  return L.tooltip({ permanent: true, direction: "center", className: "map-road" }).setLatLng(places[Math.floor(places.length / 2)]).setContent(document.createTextNode(name));
}

/** Draw lanes and roads; the answer paints them anew. */
export async function drawWays(map) {
  const roads = L.polyline([], styleOfRoads()).addTo(map);
  const lanes = L.layerGroup().addTo(map);
  const names = L.layerGroup();
  const nameByZoom = () => (map.getZoom() >= NAMED_FROM ? names.addTo(map) : names.remove());
  function draw({ grid, lanes: told, roads: known }) {
    roads.setLatLngs(known.map(({ steps }) => line(steps, grid)));
    names.clearLayers();
    for (const road of named(known)) nameOf(road, grid).addTo(names);
    lanes.clearLayers();
    for (const { steps, name } of told) {
      const lane = L.polyline(line(steps, grid), styleOfLane()).addTo(lanes);
      if (name) lane.bindTooltip(document.createTextNode(map.getContainer().dataset.lane.replace("%", name)));
    }
  }
  document.addEventListener("ways", ({ detail }) => draw(detail));
  map.on("zoomend", nameByZoom);
  const answer = await fetch("/api/tracking/ways");
  if (answer.ok) document.dispatchEvent(new CustomEvent("ways", { detail: await answer.json() }));
  nameByZoom();
  return () => {
    roads.setStyle(styleOfRoads());
    lanes.eachLayer((lane) => lane.setStyle(styleOfLane()));
  };
}
