// The lots of a draw, drawn again in the reader's own browser (docs/lottery.md).

import { hex, sha256, unhex } from "../ledger/merkle.js";

const written = ({ carrier, class: name, commitment }) => ({ carrier, class: name, commitment });
const byText = (first, second) => (first < second ? -1 : Number(first > second));

async function hmac(key, message) {
  const own = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", own, message)));
}

/** The entries in the order of their lots, which the seed and all entries together decide. */
async function inLotOrder(entries, seed) {
  const known = [...entries].sort((first, second) => byText(first.commitment, second.commitment));
  const listed = new TextEncoder().encode(JSON.stringify({ entries: known.map(written) }));
  const key = await sha256(seed, await sha256(listed));
  const lots = await Promise.all(known.map(async (one) => [await hmac(key, unhex(one.commitment)), one]));
  return lots.sort(([first], [second]) => byText(first, second)).map(([, one]) => one);
}

/** How many more of a class fit: what is left, but for what is kept for others and not yet theirs. */
function room(name, sold, { places, kept }) {
  const taken = Object.values(sold).reduce((sum, one) => sum + one, 0);
  const others = Object.entries(kept).filter(([other]) => other !== name);
  return places - taken - others.reduce((sum, [other, least]) => sum + Math.max(0, least - (sold[other] ?? 0)), 0);
}

/** Who wins, in the order of the lots: each for whose class and carrier there still is a place. */
export async function drawn(record) {
  const [sold, carriers, won] = [{}, {}, []];
  for (const entry of await inLotOrder(record.entries, unhex(record.seed))) {
    const held = carriers[entry.carrier] ?? 0;
    if (room(entry.class, sold, record) <= 0 || held >= record.carrier_cap) continue;
    sold[entry.class] = (sold[entry.class] ?? 0) + 1;
    carriers[entry.carrier] = held + 1;
    won.push(entry.commitment);
  }
  return won;
}

/** "same" when the seed is the one whose hash was announced and the same win; "changed" or "other" when not. */
export async function verdict(record, announced) {
  const seed = unhex(record.seed);
  if (!seed || hex(await sha256(seed)) !== announced || record.seed_hash !== announced) return "changed";
  const won = await drawn(record);
  return won.length === record.won.length && won.every((one, place) => one === record.won[place]) ? "same" : "other";
}
