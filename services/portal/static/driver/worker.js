// Keeps one page readable without a signal: the driver's own, and the files it is drawn with. It is tried from the
// gate first, always; what is shown from the phone says when it was kept.

const STORE = "driver";
const PAGE = "/driver/now";
const PATIENCE = 6_000;
const LONGEST = 24 * 3600 * 1000;
const KEPT = "Bordergate-Kept";
const FORECAST = "/api/queue-scheduling/reasons";
const CODE = /^\/api\/vehicle-registration\/crossings\/[^/]+\/code\.svg$/;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => event.waitUntil(keepAll(event.data)));

addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (mode === "navigate" && pathname === PAGE) event.respondWith(page(event.request));
  else if (pathname.startsWith("/static/") || pathname === FORECAST || CODE.test(pathname)) event.respondWith(file(event.request));
});

async function keepAll(files) {
  const store = await caches.open(STORE);
  const answer = await fetch(PAGE, { redirect: "manual" }).catch(() => null);
  if (!answer) return;
  await settle(store, answer);
  if (answer.ok) await Promise.all(files.map((path) => store.add(path).catch(() => {})));
}

async function page(request) {
  const store = await caches.open(STORE);
  const asked = fetch(request);
  try {
    const answer = await Promise.race([asked, late()]);
    await settle(store, answer.clone());
    return answer.status < 500 ? answer : ((await kept(store)) ?? answer);
  } catch {
    return (await kept(store)) ?? asked;
  }
}

async function file(request) {
  const store = await caches.open(STORE);
  const before = await store.match(request);
  try {
    const answer = await (before ? Promise.race([fetch(request), late()]) : fetch(request));
    if (answer.ok && before) await store.put(request, answer.clone());
    return answer;
  } catch (error) {
    if (before) return before;
    throw error;
  }
}

/** A page that came is kept in the place of the one before; one that may no longer be seen leaves nothing behind. */
async function settle(store, answer) {
  if (answer.ok) return keep(store, answer);
  if (answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status)) await caches.delete(STORE);
}

async function keep(store, answer) {
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  headers.set(KEPT, new Date().toISOString());
  await store.put(PAGE, new Response(await answer.text(), { headers }));
}

async function kept(store) {
  const before = await store.match(PAGE);
  const at = before?.headers.get(KEPT);
  if (!at || Date.now() - Date.parse(at) > LONGEST) return undefined;
  const text = (await before.text()).replace('data-kept=""', `data-kept="${at}"`);
  return new Response(text, { headers: before.headers });
}

function late() {
  return new Promise((_, refuse) => setTimeout(refuse, PATIENCE));
}
