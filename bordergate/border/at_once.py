"""Malformed fields and values that cannot be, told in one answer: nobody mends a form in rounds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self, get_args

from pydantic import BaseModel, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError
from pydantic_core.core_schema import ErrorType

from bordergate.errors import Refusal
from bordergate.i18n import text as text_of

STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]")
KNOWN = frozenset(get_args(ErrorType))


class ToldAtOnce(BaseModel):
    """What is sent by people: what is malformed in it hides nothing of what cannot be right in the rest."""

    @model_validator(mode="wrap")
    @classmethod
    def all_at_once(cls, said: object, read: ModelWrapValidatorHandler[Self]) -> Self:
        """Read it, or tell all that is wrong."""
        try:
            return read(said)
        except ValidationError as malformed:
            raise with_faults(malformed, cls.faults(well_formed(said, malformed))) from None

    @classmethod
    def faults(cls, said: Mapping[str, Any]) -> Sequence[Refusal]:  # noqa: ARG003 - for those whose fields tell more
        """What cannot be right in those fields that are well-formed; nothing, where their form tells all."""
        return ()


def well_formed(said: object, malformed: ValidationError) -> dict[str, Any]:
    """What was sent, without the fields in which something is malformed."""
    wrong = {str(one["loc"][0]) for one in malformed.errors() if one["loc"]}
    return {name: value for name, value in said.items() if name not in wrong} if isinstance(said, Mapping) else {}


def with_faults(malformed: ValidationError, faults: Iterable[Refusal]) -> ValidationError:
    """What is malformed, and what is wrong with the rest, each refusal at its field; raised in a `wrap` validator."""
    lines = [_again(one) for one in malformed.errors(include_url=False)]
    return ValidationError.from_exception_data(malformed.title, [*lines, *map(_told, faults)])


def _again(told: Mapping[str, Any]) -> InitErrorDetails:
    """An error as it was raised: only pydantic's own are named by their type alone."""
    kind: str | PydanticCustomError = told["type"]
    if told["type"] not in KNOWN:
        kind = PydanticCustomError(told["type"], told["msg"], told.get("ctx"))
    return InitErrorDetails(type=kind, loc=told["loc"], input=told["input"], ctx=told.get("ctx", {}))


def _told(fault: Refusal) -> InitErrorDetails:
    """A refusal; the value itself is not carried: it may be personal."""
    steps = STEP.findall(fault.field or "$")
    place = tuple(int(index) if index else name for name, index in steps)
    kind = PydanticCustomError(fault.code, text_of(fault.code, "en"), {"error": fault})
    return InitErrorDetails(type=kind, loc=place, input=None)
