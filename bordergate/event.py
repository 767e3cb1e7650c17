"""Events and the envelope they travel in: CloudEvents 1.0, Kafka binary mode, JSON (field meanings: `Envelope`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

PREFIX = "bordergate."
SCHEMAS = "/events/schemas/"


class Event(BaseModel):
    """Something that happened, as a service publishes it; frozen, and readers ignore fields they do not know.

    `name` is `<service>.<event>.v<n>`, `topic` the stream; `key` orders it within the stream.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_timedelta="iso8601")

    name: ClassVar[str]
    topic: ClassVar[str]

    @property
    def key(self) -> str:
        """What the event is about: events of one key keep their order."""
        raise NotImplementedError

    @classmethod
    def type(cls) -> str:
        """The envelope's `type`."""
        return PREFIX + cls.name


E = TypeVar("E", bound=Event)
E_co = TypeVar("E_co", bound=Event, covariant=True)


class ActorKind(StrEnum):
    """Who can cause an event."""

    PERSON = "person"
    MACHINE = "machine"
    DEVICE = "device"
    DRIVER = "driver"
    TIMER = "timer"
    ADAPTER = "adapter"
    SYSTEM = "system"


class Actor(BaseModel):
    """Who caused an event: ids only, never a name."""

    model_config = ConfigDict(frozen=True)

    kind: ActorKind
    id: str
    organisation: UUID | None = None
    role: str | None = None
    acting_for: UUID | None = None


@dataclass(frozen=True)
class Envelope(Generic[E_co]):
    """One event on its way.

    `time` is when it was recorded, `occurred` when it happened in the world, if known; `sequence` counts per
    (source, stream, key) from 1 without gaps; `causation` is the event this one answers.
    """

    id: UUID
    source: str
    sequence: int
    time: datetime
    actor: Actor
    data: E_co
    occurred: datetime | None = None
    causation: UUID | None = None
    traceparent: str | None = None

    @property
    def happened(self) -> datetime:
        """When it happened, as far as anybody knows."""
        return self.occurred or self.time

    def headers(self) -> dict[str, str]:
        """Kafka headers of CloudEvents' binary mode."""
        event, key = self.data, self.data.key
        headers = {
            "ce_specversion": "1.0",
            "ce_id": str(self.id),
            "ce_source": f"/services/{self.source}",
            "ce_type": event.type(),
            "ce_subject": key,
            "ce_time": self.time.isoformat(),
            "ce_partitionkey": key,
            "ce_dataschema": f"{SCHEMAS}{event.name}.json",
            "ce_sequence": str(self.sequence),
            "ce_actor": self.actor.model_dump_json(exclude_none=True),
            "content-type": "application/json",
        }
        optional = {
            "ce_occurred": self.occurred and self.occurred.isoformat(),
            "ce_causation": self.causation and str(self.causation),
            "ce_traceparent": self.traceparent,
        }
        return headers | {name: value for name, value in optional.items() if value}

    def body(self) -> bytes:
        """The event itself."""
        return self.data.model_dump_json().encode()

    @staticmethod
    def read(headers: Mapping[str, str], data: E) -> Envelope[E]:
        """The envelope around an event that was read; raises KeyError or ValueError when headers are damaged."""
        occurred, causation = headers.get("ce_occurred"), headers.get("ce_causation")
        return Envelope(
            id=UUID(headers["ce_id"]),
            source=headers["ce_source"].removeprefix("/services/"),
            sequence=int(headers["ce_sequence"]),
            time=datetime.fromisoformat(headers["ce_time"]),
            actor=Actor.model_validate_json(headers["ce_actor"]),
            data=data,
            occurred=datetime.fromisoformat(occurred) if occurred else None,
            causation=UUID(causation) if causation else None,
            traceparent=headers.get("ce_traceparent"),
        )


def is_enveloped(headers: Mapping[str, str]) -> bool:
    """Whether headers say all that an envelope needs; a record without is damaged, or was written by a stranger."""
    needed = ("ce_id", "ce_source", "ce_type", "ce_time", "ce_actor")
    return all(headers.get(name) for name in needed) and headers.get("ce_sequence", "").isdecimal()


class UnknownVersion(Exception):
    """The event's type is known, this version of it is not."""


def family(type_: str) -> str:
    """An event's type without its version: `bordergate.queue_scheduling.truck_called`."""
    return type_.rpartition(".v")[0]


def described(event: type[Event]) -> dict[str, Any]:
    """The event's JSON Schema, as published."""
    schema = event.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{SCHEMAS}{event.name}.json"} | schema
