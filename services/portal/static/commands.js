// Commands from a page: sent to their owner, then the page waits for its own news of them.

import { bodyOf } from "./fields.js";
import { renew } from "./session.js";

const words = document.body.dataset;
const told = document.getElementById("told");

function element(name, className, ...children) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
}

function tell(text) {
  const line = element("p", "told", text);
  told.replaceChildren(line);
  setTimeout(() => line.remove(), 6000);
}

/** Why something was refused; `places` are the wrong fields of a form, each in words. */
export function problem(place, title, hint, places = []) {
  const strong = document.createElement("strong");
  strong.textContent = title;
  const lines = places.map(({ message, hint: step }) => element("li", "", [message, step].filter(Boolean).join(" ")));
  const list = lines.length ? [element("ul", "", ...lines)] : [];
  (place ?? told).replaceChildren(element("p", "problem", element("span", "", strong, hint ?? "")), ...list);
}

export async function send(path, body, headers = {}, method = "POST") {
  return fetch(path, {
    method,
    headers: { "Content-Type": "application/json", "Bordergate-Csrf": "1", ...headers },
    body: JSON.stringify(body),
  });
}

/** The second officer's token; the password goes nowhere but to identity, and is forgotten at once. */
async function second(form) {
  const [login, password] = ["login", "password"].map((name) => form.querySelector(`[data-second="${name}"]`));
  const answer = await send("/api/identity/sessions/second", { login: login.value, password: password.value });
  password.value = "";
  return answer;
}

async function seconded(form) {
  if (!("seconded" in form.dataset)) return {};
  await renew();
  const answer = await second(form);
  if (!answer.ok) throw answer;
  return { "Bordergate-Second": (await answer.json()).token };
}

async function followed(id) {
  if (!id) return tell(words.saved);
  const answer = await fetch(`/events/${id}`).catch(() => null);
  tell(answer?.status === 200 ? words.saved : words.follow);
}

/** One key for one act: a line cut before the answer came leaves open whether it was done, so the same is sent again. */
function keyFor(form) {
  const said = JSON.stringify([form.dataset.command, bodyOf(form)]);
  if (form.dataset.key && form.dataset.said === said) return;
  form.dataset.key = crypto.randomUUID();
  form.dataset.said = said;
}

async function carryOut(form) {
  const place = form.querySelector("[data-problem]");
  keyFor(form);
  place?.replaceChildren();
  try {
    const { command, key, method, version } = form.dataset;
    const headers = { "Idempotency-Key": key, ...(version && { "If-Match": `"${version}"` }), ...(await seconded(form)) };
    const answer = await send(command, bodyOf(form), headers, method);
    if (!answer.ok) throw answer;
    delete form.dataset.key;
    form.closest("dialog")?.close();
    if ("once" in form.dataset) form.closest("section").hidden = true; // what can be done once is offered no more
    form.reset();
    const detail = await answer.clone().json().catch(() => null);
    form.dispatchEvent(new CustomEvent("done", { bubbles: true, detail }));
    await followed(answer.headers.get("Bordergate-Event"));
  } catch (failure) {
    if (failure instanceof Response && failure.status < 500) delete form.dataset.key;
    await explain(place, failure);
  }
}

export async function explain(place, failure) {
  if (!(failure instanceof Response)) return problem(place, words.failed);
  const said = await failure.json().catch(() => ({}));
  if (said.code === "unauthenticated" || said.code === "auth.bad_token") return problem(place, words.sessionOver);
  problem(place, said.detail ?? words.failed, said.hint, said.problems);
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-command]");
  if (!form) return;
  event.preventDefault();
  const buttons = form.querySelectorAll("button");
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  buttons.forEach((button) => button.setAttribute("aria-busy", "true"));
  await carryOut(form);
  form.removeAttribute("aria-busy");
  buttons.forEach((button) => button.removeAttribute("aria-busy"));
});
