"""Commands from plain HTML forms: the same body as JSON would be, and a page to go to afterwards.

Three fields are the form's own: `csrf` (its proof), `next` (where to go when done), `back` (where to go when refused,
with `?problem=<code>`). Both places are paths of this origin; anything else is ignored.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.responses import RedirectResponse, Response

from bordergate.http.csrf import FIELD, FORMS

M = TypeVar("M", bound=BaseModel)
OWN_FIELDS = frozenset({FIELD, "next", "back"})


def posted(model: type[M]) -> Callable[[Request], Coroutine[Any, Any, M]]:
    """A dependency that reads the model from a form or from JSON; malformed is 422 either way."""

    async def read(request: Request) -> M:
        raw = await _form(request) if is_form(request) else await _json(request)
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            located = [found | {"loc": ("body", *found["loc"])} for found in error.errors()]
            raise RequestValidationError(located) from error

    return read


def described(model: type[BaseModel]) -> dict[str, Any]:
    """How such a body appears in the OpenAPI description."""
    schema = model.model_json_schema()
    kinds = ("application/json", FORMS[0])
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema} for kind in kinds}}}


def is_form(request: Request) -> bool:
    """Whether a plain form sent it."""
    return request.headers.get("content-type", "").startswith(FORMS)


def then(request: Request, answer: Response, usual: str = "/") -> Response:
    """After a form: on to the next page, with the answer's cookies; after JSON: the answer itself."""
    if not is_form(request):
        return answer
    onward = RedirectResponse(getattr(request.state, "next", None) or usual, HTTPStatus.SEE_OTHER)
    onward.raw_headers.extend(pair for pair in answer.raw_headers if pair[0] == b"set-cookie")
    return onward


def own_path(text: Any) -> str | None:  # noqa: ANN401 - a form field is a text or a file
    """The path, if it leads to a page of this origin and nowhere else."""
    if not isinstance(text, str) or not text.startswith("/") or text.startswith("//"):
        return None
    plain = text.isascii() and text.isprintable() and "\\" not in text
    return text if plain else None


async def _form(request: Request) -> dict[str, Any]:
    form = await request.form()
    request.state.next, request.state.back = own_path(form.get("next")), own_path(form.get("back"))
    return {name: value for name, value in form.items() if name not in OWN_FIELDS}


async def _json(request: Request) -> Any:  # noqa: ANN401 - JSON is anything
    try:
        return await request.json()
    except json.JSONDecodeError as error:
        raise RequestValidationError([{"type": "json_invalid", "loc": ("body",), "msg": "", "input": {}}]) from error
