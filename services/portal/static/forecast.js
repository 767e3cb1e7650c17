// When a truck will likely be called: what the queue answers, in the reader's words and Hà Nội's hours.

const spoken = document.documentElement.lang;
const language = spoken === "en" ? "en-GB" : spoken;

/** Where the queue is asked about crossings. */
export function reasonsOf(crossings) {
  return `/api/queue-scheduling/reasons?${new URLSearchParams(crossings.map((id) => ["crossing_id", id]))}`;
}

/** Hà Nội's hour; of another day with its date. */
export function hour(instant, observed) {
  const zone = { timeZone: "Asia/Ho_Chi_Minh" };
  const day = (at) => new Date(at).toLocaleDateString(language, zone);
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...zone };
  const date = day(instant) === day(observed) ? {} : { day: "numeric", month: "numeric" };
  return new Date(instant).toLocaleString(language, { ...time, ...date });
}

/** Fill in every place of the page that waits for a forecast: one request for up to fifty trucks. */
export async function foretell() {
  const places = [...document.querySelectorAll("[data-forecast]")].slice(0, 50);
  if (!places.length) return;
  const answer = await fetch(reasonsOf(places.map((place) => place.dataset.forecast))).catch(() => null);
  const told = answer?.ok ? await answer.json() : [];
  const known = new Map(told.map(({ crossing_id, forecast }) => [crossing_id, forecast]));
  for (const place of places) show(place, known.get(place.dataset.forecast));
}

function show(place, forecast) {
  place.hidden = !(forecast?.p10 && forecast.p90);
  if (place.hidden) return;
  const [first, last, now] = [forecast.p10, forecast.p90, forecast.observed_at].map((at) => hour(at, forecast.observed_at));
  place.textContent = place.dataset.text.replace("%a", first).replace("%z", last).replace("%t", now);
}
