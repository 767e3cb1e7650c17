// RFC 6962 in the browser: whether a leaf is under a signed root.

const HEX = /^(?:[0-9a-f]{2})*$/;

export function hex(raw) {
  return Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes of small hexadecimal digits; null for anything else. */
export function unhex(digits) {
  if (typeof digits !== "string" || !HEX.test(digits)) return null;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export async function sha256(...parts) {
  const whole = new Uint8Array(await new Blob(parts).arrayBuffer());
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

export function leafHash(leaf) {
  return sha256(Uint8Array.of(0), leaf);
}

function nodeHash(left, right) {
  return sha256(Uint8Array.of(1), left, right);
}

/** The root that a path leads to from a leaf at its place; null when the path has another length. */
export async function rootOver(leaf, index, size, path) {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return null;
  let [place, last, found] = [index, size - 1, leaf];
  for (const digits of path) {
    const beside = unhex(digits);
    if (beside?.length !== 32 || last === 0) return null;
    if (place % 2 === 1 || place === last) {
      found = await nodeHash(beside, found);
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else {
      found = await nodeHash(found, beside);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 ? found : null;
}
