// What a form says, as the body of its command.

/** `names.vi` is a part, `roles[]` a list, a lone check box yes or no; a field that is empty says nothing. */
export function bodyOf(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled) continue;
    if (field.name.endsWith("[]")) append(body, field);
    else if (field.type === "checkbox") put(body, field.name, field.checked);
    else if (field.type === "radio" && !field.checked) continue;
    else if (field.value.trim()) put(body, field.name, field.value.trim());
  }
  return body;
}

function append(body, field) {
  const list = (body[field.name.slice(0, -2)] ??= []);
  if (field.type !== "checkbox" || field.checked) list.push(field.value);
}

function put(body, path, value) {
  const steps = path.split(".");
  const last = steps.pop();
  let place = body;
  for (const step of steps) place = place[step] ??= {};
  place[last] = value;
}
