"""Malformed payloads: every wrong place at once, in the border's own codes instead of pydantic's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from bordergate.errors import Refusal, Wrong
from bordergate.http.problems import place, problem

STATUS = 422

CODES: Mapping[str, str] = {
    "json_invalid": "payload.not_json",
    "hidden_marks": "payload.hidden_marks",
    "missing": "payload.missing",
    "extra_forbidden": "payload.unknown_field",
    "string_type": "payload.not_text",
    "string_unicode": "payload.not_text",
    "string_too_short": "payload.too_short",
    "too_short": "payload.too_short",
    "string_too_long": "payload.too_long",
    "too_long": "payload.too_many",
    "string_pattern_mismatch": "payload.pattern",
    "payload.not_whole": "payload.not_whole",
    "payload.not_amount": "payload.not_amount",
    "int_type": "payload.not_number",
    "int_parsing": "payload.not_number",
    "int_from_float": "payload.not_number",
    "int_parsing_size": "payload.not_number",
    "float_type": "payload.not_number",
    "float_parsing": "payload.not_number",
    "finite_number": "payload.not_number",
    "greater_than": "payload.too_small",
    "greater_than_equal": "payload.too_small",
    "less_than": "payload.too_large",
    "less_than_equal": "payload.too_large",
    "enum": "payload.not_among",
    "literal_error": "payload.not_among",
    "union_tag_invalid": "payload.not_among",
    "uuid_type": "payload.not_id",
    "uuid_parsing": "payload.not_id",
    "datetime_type": "payload.not_time",
    "datetime_parsing": "payload.not_time",
    "datetime_from_date_parsing": "payload.not_time",
    "datetime_object_invalid": "payload.not_time",
    "date_from_datetime_parsing": "payload.not_time",
    "date_parsing": "payload.not_time",
    "time_parsing": "payload.not_time",
    "timezone_aware": "payload.no_zone",
    "bool_type": "payload.not_boolean",
    "bool_parsing": "payload.not_boolean",
    "list_type": "payload.not_list",
    "tuple_type": "payload.not_list",
    "set_type": "payload.not_list",
    "dict_type": "payload.not_object",
    "model_type": "payload.not_object",
    "model_attributes_type": "payload.not_object",
}
OTHER = "payload.value"

LIMITS = {"ge": "limit", "gt": "limit", "le": "limit", "lt": "limit"}
QUOTED = re.compile(r"'([^']*)'")
LENGTHS = {"min_length": "least", "max_length": "most", "expected": "expected", "expected_tags": "expected"}


def malformed(error: RequestValidationError, language: str) -> Response:
    """The answer to a malformed payload."""
    places = [place(language, wrong.code, wrong.field, wrong.details) for wrong in malformed_places(error)]
    field = places[0].field if len(places) == 1 else None
    return problem(STATUS, "payload.malformed", language, details={"count": len(places)}, field=field, problems=places)


def malformed_places(error: RequestValidationError) -> list[Wrong]:
    """Every wrong place of a malformed payload."""
    return [wrong for one in error.errors() for wrong in _places(one)]


def json_path(location: Sequence[int | str]) -> str:
    """Where it is: JSONPath in the body, `query.limit` or `path.id` elsewhere."""
    where, *steps = location
    if where != "body":
        return ".".join(str(step) for step in location)
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def _places(error: Mapping[str, Any]) -> list[Wrong]:
    field = "$" if error["type"] == "json_invalid" else json_path(error["loc"])
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Refusal):
        return _refused(cause, field)
    return [Wrong(field, CODES.get(error["type"], OTHER), _details(error.get("ctx", {})))]


def _refused(cause: Refusal, field: str) -> list[Wrong]:
    """A value type's own refusal keeps its own codes."""
    parts = getattr(cause, "problems", None) or (cause,)
    return [Wrong(field, getattr(part, "code", str(part)), dict(getattr(part, "details", {}) or {})) for part in parts]


def _details(context: Mapping[str, Any]) -> dict[str, Any]:
    """What fills the texts; of a list of words, the words alone: pydantic joins them in English."""
    names = LIMITS | LENGTHS
    told = {names[name]: value for name, value in context.items() if name in names}
    if isinstance(words := told.get("expected"), str):
        told["expected"] = ", ".join(QUOTED.findall(words)) or words
    return told
