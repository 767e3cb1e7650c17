// Signed statements (compact JWS, Ed25519), read as strictly as the gate reads them: each part in its one written form.

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

/** A published key set by the keys' names; empty where the browser knows no Ed25519. */
export async function keysOf(set) {
  const keys = new Map();
  for (const { kid, kty, crv, x } of set.keys) {
    const key = await crypto.subtle.importKey("jwk", { kty, crv, x }, { name: "Ed25519" }, false, ["verify"]).catch(() => null);
    if (key) keys.set(kid, key);
  }
  return keys;
}

/** A statement in its parts; null when it is none of this kind. */
export function parsed(text, kind) {
  const parts = text.split(".");
  const [header, claims] = [said(parts[0] ?? ""), said(parts[1] ?? "")];
  const signature = bytes(parts[2] ?? "");
  if (parts.length !== 3 || !header || !claims || !signature || header.typ !== kind || header.alg !== "EdDSA") return null;
  return { kid: header.kid, claims, signature, told: new TextEncoder().encode(`${parts[0]}.${parts[1]}`) };
}

/** Whether a text that is no statement of this kind once was one: of three parts still, and wholly none of another kind. */
export function damaged(text, kind) {
  const whole = /^\S{20,}\.\S{20,}\.\S{20,}$/.test(text) && text.split(".").length === 3;
  const other = said(text.split(".")[0])?.typ;
  return whole && (other === undefined || other === kind);
}

/** Whether a statement is "genuine", "changed", or of an "unknown_key". */
export async function judged({ kid, signature, told }, keys) {
  if (!keys.has(kid)) return "unknown_key";
  return (await crypto.subtle.verify({ name: "Ed25519" }, keys.get(kid), signature, told)) ? "genuine" : "changed";
}
