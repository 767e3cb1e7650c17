// A signed reference is verified here, by the published keys: what was opened with a connection works without one.

import { dayAndHour } from "./clock.js";

const form = document.getElementById("genuine");
const field = form.querySelector("textarea");
const STORE = "reference-keys";
const KIND = "crossing+jwt";
const WAITS = 250;
const keys = new Map();
let reading = learn();
let due;

/** The published keys; those of the last time when there is no connection. */
async function learn() {
  const answer = await fetch(form.dataset.keys).catch(() => null);
  if (answer?.ok) localStorage.setItem(STORE, await answer.text());
  const kept = JSON.parse(localStorage.getItem(STORE) ?? '{"keys": []}');
  for (const { kid, kty, crv, x } of kept.keys) {
    const key = await crypto.subtle.importKey("jwk", { kty, crv, x }, { name: "Ed25519" }, false, ["verify"]).catch(() => null);
    if (key) keys.set(kid, key);
  }
  return kept.keys.length;
}

/** The bytes a part stands for, if the part is their one written form. */
function bytes(part) {
  if (!/^[\w-]+$/.test(part)) return null;
  const base = part.replaceAll("-", "+").replaceAll("_", "/");
  try {
    const raw = atob(base + "=".repeat((4 - (base.length % 4)) % 4));
    const same = btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    return same === part ? Uint8Array.from(raw, (sign) => sign.charCodeAt(0)) : null;
  } catch {
    return null;
  }
}

function said(part) {
  const raw = bytes(part);
  try {
    return raw && JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw));
  } catch {
    return null;
  }
}

async function verdict(text) {
  const parts = text.trim().split("#").pop().split(".");
  const [header, claims] = [said(parts[0] ?? ""), said(parts[1] ?? "")];
  const signature = bytes(parts[2] ?? "");
  if (parts.length !== 3 || !header || !claims || !signature || header.typ !== KIND || header.alg !== "EdDSA") return ["malformed"];
  const published = await reading;
  if (!published) return ["no_keys"];
  if (!keys.size) return ["not_here"];
  if (!keys.has(header.kid)) return ["unknown_key"];
  const told = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
  const fits = await crypto.subtle.verify({ name: "Ed25519" }, keys.get(header.kid), signature, told);
  return fits ? ["genuine", claims] : ["changed"];
}

function show(name, claims) {
  for (const one of document.querySelectorAll("[data-verdict]")) one.hidden = one.dataset.verdict !== name;
  if (!claims) return;
  const place = (what) => document.querySelector(`[data-said="${what}"]`);
  for (const what of ["plate", "route", "sub"]) place(what).textContent = claims[what];
  place("sub").href = `/r/${encodeURIComponent(claims.sub)}`;
  place("dir").textContent = place("dir").dataset[String(claims.dir).toLowerCase()] ?? claims.dir;
  place("iat").textContent = dayAndHour(claims.iat * 1000);
}

async function check() {
  clearTimeout(due);
  if (!field.value.trim()) return;
  if (!globalThis.crypto?.subtle) return show("not_here");
  const [name, claims] = await verdict(field.value);
  show(name, claims);
  field.select();
  if (name === "unknown_key" || name === "no_keys") reading = learn();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
field.addEventListener("input", () => {
  clearTimeout(due);
  due = setTimeout(check, WAITS); // a scanner types and ends; nobody has to press anything
});
