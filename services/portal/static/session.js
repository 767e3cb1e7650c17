// Staying signed in: the token is renewed half-way through its ten minutes while the page is open.

const RENEW = "/api/identity/sessions/renew";
const HALF = 5 * 60 * 1000;

/** Another token for the running session; false when the session is over. */
export async function renew() {
  const answer = await fetch(RENEW, { method: "POST", headers: { "Bordergate-Csrf": "1" } }).catch(() => null);
  return answer?.ok ?? false;
}

/** Renew for as long as the page is open. */
export function staySignedIn() {
  const ends = Date.parse(document.body.dataset.sessionEnds);
  if (Number.isNaN(ends)) return;
  const first = Math.max(0, ends - Date.now() - HALF);
  setTimeout(() => {
    renew();
    setInterval(renew, HALF);
  }, first);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() > ends - HALF) renew();
  });
}
