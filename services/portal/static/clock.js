// The border's time in the browser: the page says what it was when it was made and how fast it runs.

const openedAt = performance.now();
const speed = Number(document.body.dataset.speed) || 1;
const kept = Date.parse(document.querySelector("[data-kept]")?.dataset.kept); // a page that the phone kept is older than its opening

/** What time it was at the border when the page was made. */
export const made = Date.parse(document.body.dataset.now);
const start = made + (kept ? (Date.now() - kept) * speed : 0);
const spoken = document.documentElement.lang;
const language = spoken === "en" ? "en-GB" : spoken; // the day before the month, as the pages write it

/** What time it is at the border, in milliseconds. */
export function now() {
  return start + (performance.now() - openedAt) * speed;
}

/** Hour and minute in a zone. */
export function hour(at, zone = "Asia/Ho_Chi_Minh") {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hour12: false }).format(at);
}

/** Day, hour and minute in Hà Nội, as readers of the page's language write them. */
export function dayAndHour(at) {
  return new Intl.DateTimeFormat(language, {
    timeZone: "Asia/Ho_Chi_Minh", day: "numeric", month: "numeric", year: "numeric", hour: "2-digit", minute: "2-digit",
  }).format(at);
}

function tick() {
  for (const shown of document.querySelectorAll("time[data-zone]")) {
    shown.textContent = hour(now(), shown.dataset.zone);
  }
}

setInterval(tick, Math.max(250, 5000 / speed));
