// The focus is never lost: when news takes away what had it, it goes to the same thing, else the next row, else the panel.

const PANEL = ".panel";
let last = null;

const seen = (element) => element.getClientRects().length > 0;
const rowsOf = (panel) => [...panel.querySelectorAll("[data-row]")].filter(seen);

function remember({ target }) {
  if (target.closest("dialog")) return;
  const panel = target.closest(PANEL);
  const row = target.closest("[data-row]");
  last = panel && { panel, id: target.id, tag: target.localName, place: row ? rowsOf(panel).indexOf(row) : -1 };
}

/** Give the focus back, if nothing has it and what had it is gone. */
export function regain() {
  if (!last || document.activeElement !== document.body || document.querySelector("dialog[open]")) return;
  const { panel, id, tag, place } = last;
  const same = id && document.getElementById(id);
  const rows = rowsOf(panel);
  const row = place < 0 ? null : rows[Math.min(place, rows.length - 1)];
  const next = (same && seen(same) && same) || row?.querySelector(tag) || row?.querySelector("a");
  if (!next) panel.tabIndex = -1;
  (next || panel).focus({ preventScroll: true });
}

document.addEventListener("focusin", remember);
document.addEventListener("pointerdown", ({ target }) => {
  if (!target.closest(`${PANEL}, dialog`)) last = null;
});
document.body.addEventListener("htmx:afterSwap", regain);
document.addEventListener("close", () => setTimeout(regain), true);
