// Who is signed in, from identity: names are kept nowhere else.

const language = document.documentElement.lang;

// what a driver's page kept on this phone goes before its session does
for (const form of document.querySelectorAll('form[action="/api/identity/sessions/end"]'))
  form.addEventListener("submit", (event) => {
    if (!globalThis.caches) return;
    event.preventDefault();
    caches.delete("driver").finally(() => form.submit());
  });

function put(name, text) {
  document.querySelector(`[data-me="${name}"]`).textContent = text ?? "–";
}

const answer = await fetch("/api/identity/sessions/current").catch(() => null);
const me = answer?.ok ? await answer.json() : {};
put("name", me.name);
put("organisation", me.organisation_names?.[language]);
