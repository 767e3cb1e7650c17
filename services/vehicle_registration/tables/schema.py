"""The registration desk's schema, and how it keeps a part whole."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from sqlalchemy import Dialect, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB

from bordergate.tables import service_metadata
from events.words import Part

metadata = service_metadata("vehicle_registration")
P = TypeVar("P", bound=Part)


class Kept(TypeDecorator[P], Generic[P]):
    """A column that keeps one frozen part whole, as JSON."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def __init__(self, part: type[P]) -> None:
        super().__init__()
        self.part = part

    def process_bind_param(self, value: P | None, dialect: Dialect) -> Any | None:  # noqa: ANN401, ARG002 - SQLAlchemy's shape
        """The part as JSON."""
        return None if value is None else value.model_dump(mode="json")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> P | None:  # noqa: ANN401, ARG002 - SQLAlchemy's shape
        """The JSON as a part."""
        return None if value is None else self.part.model_validate(value)
