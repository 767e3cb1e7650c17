"""Commands from plain HTML forms: the same body as JSON would be, and a page to go to afterwards.

Some fields are the form's own: `csrf` (its proof), `next` (where to go when done, with `{id}` of what was made and
`{event}` by which its news will be known), `back` (where to go when refused), `once` (its Idempotency-Key), and `keep`
and `whose` (see `typed`). Both places are paths of this origin: another `next` means the first page, another `back` is
ignored. A refused form that is kept finds on its page what was typed and what was wrong; any other is told
`?problem=<code>`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response
from starlette.types import Message

from bordergate.errors import Wrong
from bordergate.http.bodies import StrictRequest, is_unusable
from bordergate.http.csrf import FIELD, FORMS, comes_from_elsewhere
from bordergate.http.typed import forget_typed, form_named, keep_typed, typed_of, values_of

OWN_FIELDS = frozenset({FIELD, "next", "back", "keep", "whose", "once"})
EVENT = "bordergate-event"
FORM_CONTENT: dict[str, Any] = {
    "requestBody": {
        "content": {
            FORMS[0]: {
                "schema": {
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                    "description": "The same body from an HTML form: `plate`, `containers[0]`, `lines[0].hs_code`.",
                }
            }
        }
    },
    "responses": {"303": {"description": "After a form: on to its `next` page, or back to it when refused"}},
}
"""How an operation that takes forms says so in its OpenAPI description."""


def is_form(request: Request) -> bool:
    """Whether a plain form sent it."""
    return request.headers.get("content-type", "").startswith(FORMS)


async def as_json(request: Request, file: str | None = None) -> StrictRequest:
    """The request a form stands for, with JSON for its body; the form itself is kept for its proof and its places.

    The field `file` may hold one, which `sent_file` hands over; its hash stands for it in the JSON.
    """
    sent = await request.form()
    form = sent if file is None else await _without_file(request, sent, file)
    request.state.form = form
    values = values_of(form, OWN_FIELDS)
    if is_unusable(values) or not all(isinstance(value, str) for _, value in form.multi_items()):
        values = {}
    await sent.close()
    body = json.dumps(values).encode() if values else b"{}"
    headers = [pair for pair in request.scope["headers"] if pair[0] not in (b"content-type", b"content-length")]
    headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return StrictRequest({**request.scope, "headers": headers}, receive)


async def sent_file(request: Request) -> bytes:
    """The file that was sent: a form's, or else the whole body."""
    file = getattr(request.state, "file", None)
    return file if isinstance(file, bytes) else await request.body()


SentFile = Annotated[bytes, Depends(sent_file)]


def sent_form(request: Request) -> FormData | None:
    """The form that the request's JSON stands for, if a form was sent."""
    form = getattr(request.state, "form", None)
    return form if isinstance(form, FormData) else None


def done(request: Request, answer: Response) -> Response:
    """After a form's command: on to its next page, and nothing typed is kept any more; a page is its own answer."""
    form = sent_form(request)
    if form is None or "next" not in form or answer.status_code >= HTTPStatus.MULTIPLE_CHOICES or is_page(answer):
        return answer
    moved = RedirectResponse(_filled(own_path(form["next"]) or "/", answer), HTTPStatus.SEE_OTHER)
    moved.raw_headers.extend(pair for pair in answer.raw_headers if pair[0] == b"set-cookie")
    if name := form_named(form):
        forget_typed(moved, name)
    return moved


def sent_back(request: Request, wrong: Sequence[Wrong]) -> Response | None:
    """After a refusal: back to the form's page, with what was typed and what was wrong if the form is kept."""
    form = sent_form(request)
    page = own_path(form.get("back")) if form else None
    if form is None or page is None or comes_from_elsewhere(request, request.app.state.house.settings.origin):
        return None
    typed = typed_of(form, page, OWN_FIELDS, wrong)
    if typed is None:
        return RedirectResponse(f"{page}?{urlencode({'problem': wrong[0].code})}", HTTPStatus.SEE_OTHER)
    answer = RedirectResponse(page, HTTPStatus.SEE_OTHER)
    keep_typed(answer, typed)
    return answer


def is_page(answer: Response) -> bool:
    """Whether it is a page to be looked at."""
    return answer.headers.get("content-type", "").startswith("text/html")


def own_path(text: Any) -> str | None:  # noqa: ANN401 - a form field is a text or a file
    """The path, if it leads to a page of this origin and nowhere else."""
    if not isinstance(text, str) or not text.startswith("/") or text.startswith("//"):
        return None
    plain = text.isascii() and text.isprintable() and "\\" not in text
    return text if plain else None


def _filled(onward: str, answer: Response) -> str:
    """The next page, with the id of what was made and the event that tells of it."""
    made = json.loads(bytes(answer.body)) if answer.body else {}
    identity = made.get("id", "") if isinstance(made, dict) else ""
    return onward.replace("{id}", str(identity)).replace("{event}", answer.headers.get(EVENT, ""))


async def _without_file(request: Request, sent: FormData, file: str) -> FormData:
    """The form's texts; the file is set aside, and its hash stands for it, so that another file is another request."""
    held = sent.get(file)
    request.state.file = await held.read() if isinstance(held, UploadFile) else b""
    texts = [(name, value) for name, value in sent.multi_items() if isinstance(value, str) and name != file]
    return FormData([*texts, (file, hashlib.sha256(request.state.file).hexdigest())])
