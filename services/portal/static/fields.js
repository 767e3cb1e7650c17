// What a form says, as the body of its command.

/** `names.vi` is a part, `roles[]` a list, a lone check box yes or no; a field that is empty says nothing. */
export function bodyOf(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled) continue;
    if (field.name.endsWith("[]")) append(body, field);
    else if (field.type === "checkbox") put(body, field.name, field.checked);
    else if (field.type === "radio" && !field.checked) continue;
    else if (field.value.trim()) put(body, field.name, said(field));
  }
  return body;
}

/** A day and hour are Hà Nội's, wherever the reader sits. */
function said(field) {
  const value = field.value.trim();
  return field.type === "datetime-local" ? `${value}:00+07:00` : value;
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
