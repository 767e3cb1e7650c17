// Who is signed in, from identity: names are kept nowhere else.

const language = document.documentElement.lang;

function put(name, text) {
  document.querySelector(`[data-me="${name}"]`).textContent = text ?? "–";
}

const answer = await fetch("/api/identity/sessions/current").catch(() => null);
const me = answer?.ok ? await answer.json() : {};
put("name", me.name);
put("organisation", me.organisation_names?.[language]);
