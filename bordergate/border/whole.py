"""Whole numbers as they are sent: counts and weights."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticKnownError


def _no_truth(given: object) -> object:
    if isinstance(given, bool):
        raise PydanticKnownError("int_type")
    return given


Whole = Annotated[int, BeforeValidator(_no_truth)]
"""A whole number in a request; Python would take `true` for 1, and a lorry would weigh a kilogram."""
