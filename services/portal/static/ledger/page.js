// A receipt is verified here, in the reader's own browser: signed by the gate, about this ticket, and in the log.

import { dayAndHour } from "../clock.js";
import { damaged, judged, keysOf, parsed } from "../statements.js";
import { hex, leafHash, rootOver, sha256, unhex } from "./merkle.js";

const place = document.getElementById("ledger");
const form = document.getElementById("receipt");
const field = form.querySelector("textarea");
const steps = place.querySelector("[data-steps]");
const number = new Intl.NumberFormat(document.documentElement.lang);
const RECEIPT = "ledger-receipt+jwt";
const WAITS = 250;
const AGAIN = 5_000;
let asked = 0;
let due;

async function ask(path) {
  const answer = await fetch(`${place.dataset.api}${path}`, { cache: "no-store" }).catch(() => null);
  if (!answer || answer.status >= 500) throw new Error("no_answer");
  return answer;
}

async function told(path) {
  const answer = await ask(path);
  return answer.ok ? answer.json() : null;
}

/** Whether the leaf is about the ticket: only who holds the nonce can show that. */
async function isAbout(leaf, { nonce, sub }) {
  const [random, ticket] = [unhex(nonce), unhex(String(sub).replaceAll("-", ""))];
  return random?.length === 16 && ticket?.length === 16 && hex(await sha256(random, ticket)) === leaf.commitment;
}

function leafOf(claims) {
  try {
    return JSON.parse(claims.leaf);
  } catch {
    return {};
  }
}

/** The log's signed head (null before there is one), and the proof of the receipt's leaf under it, if it has a place. */
async function shown({ log, entry }, keys) {
  const head = await told(`/ledger/${encodeURIComponent(log)}/head`);
  if (!head) return { head: null };
  const statement = parsed(head.statement, "tree-head+jwt");
  if (!statement || statement.claims.log !== log || (await judged(statement, keys)) !== "genuine") return {};
  const { size } = statement.claims;
  const proof = await told(`/ledger/${encodeURIComponent(log)}/entries/${Number(entry)}/inclusion?size=${size}`);
  return { head: statement.claims, proof: proof?.log === log && proof.size === size ? proof : null };
}

async function verdict(text) {
  const statement = parsed(text, RECEIPT);
  if (!statement) return [damaged(text, RECEIPT) ? "damaged" : "malformed"];
  const set = await told("/ledger/keys");
  const keys = await keysOf(set ?? { keys: [] });
  if (set?.keys.length && !keys.size) return ["not_here"];
  const signed = await judged(statement, keys);
  if (signed !== "genuine") return [signed];
  step("signed", true);
  const { claims } = statement;
  const leaf = leafOf(claims);
  if (!step("yours", await isAbout(leaf, claims))) return ["broken"];
  const { head, proof } = await shown(claims, keys);
  if (head === null) return ["awaited", { claims, leaf }];
  if (!step("headed", Boolean(head))) return ["broken"];
  const excused = claims.simulated && place.dataset.simulated; // only where the whole page says so: nobody excuses himself
  if (!proof && head.iat > claims.due && !excused) return [step("included", false) || "broken"];
  if (!proof) return ["awaited", { claims, leaf }];
  const root = await rootOver(await leafHash(new TextEncoder().encode(claims.leaf)), proof.index, proof.size, proof.path);
  const proven = step("included", root !== null && hex(root) === head.root);
  return [proven ? "proven" : "broken", { claims, leaf, proof }];
}

/** Show how one step of the check went; returns that. */
function step(name, holds) {
  const line = steps.querySelector(`[data-step="${name}"]`);
  for (const sign of line.querySelectorAll("[data-tone]")) sign.hidden = sign.dataset.tone !== (holds ? "ok" : "stop");
  return holds;
}

function forget() {
  for (const sign of steps.querySelectorAll("[data-tone]")) sign.hidden = sign.dataset.tone !== "ahead";
}

function fill(section, what, text) {
  const shownAt = section.querySelector(`[data-said="${what}"]`);
  if (shownAt) shownAt.textContent = text;
}

function show(name, said) {
  for (const one of place.querySelectorAll("[data-verdict]")) one.hidden = one.dataset.verdict !== name;
  steps.hidden = !["proven", "awaited", "broken"].includes(name);
  if (!said || !["proven", "awaited"].includes(name)) return;
  const section = place.querySelector(`[data-verdict="${name}"]`);
  const { claims, leaf, proof } = said;
  const { none, slot } = section.querySelector("[data-none]").dataset;
  const unnumbered = leaf.slot === undefined ? none : slot.replace("%1", dayAndHour(Date.parse(leaf.slot)));
  const way = section.querySelector('[data-said="direction"]').dataset;
  fill(section, "promise", leaf.promise === undefined ? unnumbered : number.format(leaf.promise));
  fill(section, "first_come", leaf.first_come === undefined ? "–" : number.format(leaf.first_come));
  fill(section, "log", document.querySelector(`[data-log="${CSS.escape(claims.log)}"]`)?.dataset.name ?? claims.log);
  fill(section, "direction", way[String(leaf.direction).toLowerCase()] ?? leaf.direction);
  fill(section, "at", dayAndHour(Date.parse(leaf.at)));
  if (proof) {
    const of = section.querySelector('[data-said="place"]');
    of.textContent = of.dataset.text.replace("%1", number.format(proof.index + 1)).replace("%2", number.format(proof.size));
  }
}

async function check() {
  clearTimeout(due);
  const text = field.value.trim().split("#").pop();
  if (!text) return;
  if (!globalThis.crypto?.subtle) return show("not_here");
  const mine = ++asked;
  place.setAttribute("aria-busy", "true");
  forget();
  const [name, said] = await verdict(text).catch(() => ["no_answer"]);
  if (mine !== asked) return;
  place.setAttribute("aria-busy", "false");
  show(name, said);
  if (name === "awaited") due = setTimeout(check, AGAIN);
}

/** The receipt that the address brings along, or that of the crossing or slot it names, if the reader may see it. */
async function begin() {
  const brought = decodeURIComponent(location.hash.slice(1));
  if (!brought) return;
  const [, what, crossing] = /^(crossing|slot)=([0-9a-f-]{36})$/.exec(brought) ?? [];
  if (!crossing) field.value = brought;
  else {
    const found = await told(`/${what === "slot" ? "slots" : "tickets"}/${crossing}/receipt`).catch(() => null);
    if (!found) return show("no_receipt");
    field.value = found.receipt;
  }
  await check();
}

async function logs() {
  const heads = (await told("/ledger").catch(() => null)) ?? [];
  for (const head of heads) {
    const log = place.querySelector(`[data-log="${CSS.escape(head.log)}"]`);
    if (!log) continue;
    log.querySelector("[data-none]").hidden = true;
    log.querySelector("dl").hidden = false;
    log.querySelector('[data-head="size"]').textContent = number.format(head.size);
    log.querySelector('[data-head="at"]').textContent = dayAndHour(Date.parse(head.at));
    log.querySelector('[data-head="root"]').textContent = head.root;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
field.addEventListener("input", () => {
  clearTimeout(due);
  due = setTimeout(check, WAITS); // a scanner types and ends; nobody has to press anything
});
addEventListener("hashchange", begin);
begin();
logs();
