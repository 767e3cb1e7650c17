// What the page asks of analytics, with the reader's own token, and how numbers are written.

import { now } from "../clock.js";

const language = document.documentElement.lang;
const told = document.getElementById("analysis").dataset;
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
const [DAY, HOUR] = [86_400_000, 3_600_000];
const SHARES = new Set(["CAPACITY_USED", "ON_TIME"]);

/** A refusal with a code, in the reader's words. */
export class Refused extends Error {
  constructor(problem) {
    super([problem.detail, problem.hint].filter(Boolean).join(" "));
    this.code = problem.code;
  }
}

/** Hà Nội's midnight at which a day begins, or the one at which it is over. */
function midnight(day, over = false) {
  return new Date(Date.parse(`${day}T00:00:00+07:00`) + (over ? DAY : 0)).toISOString();
}

/** Another day, so many days later. */
export function later(day, days) {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** How many days there are from one to another, both counted. */
export function daysOf(first, last) {
  return Math.round((Date.parse(last) - Date.parse(first)) / DAY) + 1;
}

/** The nearest earlier days that fall on the same weekdays. */
export function before(period) {
  const back = -7 * Math.ceil(daysOf(period.first, period.last) / 7);
  return { ...period, first: later(period.first, back), last: later(period.last, back) };
}

/** A question as the address of analytics has it; `more` narrows it or holds another period beside it. */
export function query(period, by, figures = [], more = {}) {
  const asked = new URLSearchParams({ since: midnight(period.first), until: midnight(period.last, true), by });
  for (const figure of figures) asked.append("figure", figure);
  for (const [name, value] of Object.entries({ route: period.route, direction: period.direction, ...more }))
    if (value) asked.set(name, value);
  return asked;
}

/** The last full hour, of a period whose last day is not over; null of one that is. */
export function endsNow(period) {
  const hour = Math.floor(now() / HOUR) * HOUR;
  return hour < Date.parse(midnight(period.last, true)) ? new Date(hour).toISOString() : null;
}

/** The other period as part of a question; both end at the same hour. Nothing while not one hour is full. */
export function beside(period) {
  const then = before(period);
  const until = endsNow(period);
  if (!until) return { against_since: midnight(then.first), against_until: midnight(then.last, true) };
  if (until <= midnight(period.first)) return null;
  const back = daysOf(then.last, period.last) - 1;
  const against_until = new Date(Date.parse(until) - back * DAY).toISOString();
  return { until, against_since: midnight(then.first), against_until };
}

export async function ask(period, by, figures, more) {
  const answer = await fetch(`/api/analytics/figures?${query(period, by, figures, more)}`);
  const body = await answer.json();
  if (!answer.ok) throw new Refused(body);
  return body;
}

/** A count, with the reader's separators. */
export function number(value) {
  return value === null ? "" : whole.format(value);
}

/** How durations that stand together are written: all in minutes, or all in hours when the longest is long. */
export function spans(seconds) {
  const inHours = Math.max(...seconds.map((one) => one ?? 0), 0) >= 5400;
  const [each, unit] = inHours ? [3600, told.hours] : [60, told.minutes];
  return (one) => (one === null ? "" : `${whole.format(one / each)} ${unit}`);
}

/** The number that stands for a reading; null when there is none to show. */
export function main(figure, reading) {
  if (!reading || reading.suppressed) return null;
  return figure === "CLEARED" || SHARES.has(figure) ? reading.value : reading.p50;
}

/** A reading in words; `span` writes durations in the unit of those beside it. */
export function shown(figure, reading, span) {
  if (reading?.suppressed) return told.few;
  const value = main(figure, reading);
  if (value === null) return told.none;
  if (figure === "CLEARED") return whole.format(value);
  return SHARES.has(figure) ? percent.format(value) : span(value);
}

/** How it compares with the same weekdays before: a share by so many points, anything else by so many hundredths. */
export function change(figure, reading, then) {
  const [is, was] = [main(figure, reading), main(figure, then)];
  const points = SHARES.has(figure);
  if (is === null || was === null || (!points && !was)) return "";
  const grown = points ? is - was : is / was - 1;
  if (Math.abs(grown) < 0.005) return told.same;
  const much = points ? told.points.replace("%", whole.format(Math.abs(grown) * 100)) : percent.format(Math.abs(grown));
  return `${grown > 0 ? "▲" : "▼"} ${much}`;
}

/** Day and month, as the page's own texts write them. */
export function shortDate(day) {
  const [, month, date] = day.split("-").map(Number);
  return `${date}/${month}`;
}

/** A weekday's short name, Monday first. */
export function weekday(number_) {
  return new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + number_));
}
