"""A service as a value: its table of contents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData
from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.event import Event
from bordergate.inbox import Reaction
from bordergate.replaying import ReadModel
from bordergate.timers import Handler, Timer

if TYPE_CHECKING:
    from bordergate.http import GateRouter

GROUP = "bordergate.services"


@dataclass(frozen=True)
class Service:
    """What a service owns and how it is reached.

    `pages` says that its routes stand at the root of the origin, not under `/api`; `after_reference` runs when
    reference rows were loaded; `after_batch` closes each transaction of its consumers; `processes` are roles of its own
    beside api, worker and relay (as `intake`), each runs until stopped; `workers` make loops of its own for the worker;
    `read_model` says how to make what it keeps anew from the log; `rules` are the functions that judge what is filed.
    """

    name: str
    metadata: MetaData
    router: GateRouter | None = None
    pages: bool = False
    reactions: Mapping[type[Event], Reaction] = field(default_factory=dict)
    timers: Mapping[type[Timer], Handler] = field(default_factory=dict)
    after_reference: Callable[[Session, Clock], None] | None = None
    after_batch: Callable[[Session], None] | None = None
    processes: Mapping[str, Callable[[Any], None]] = field(default_factory=dict)
    workers: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    read_model: ReadModel | None = None
    rules: Sequence[Callable[..., Any]] = ()

    @property
    def package(self) -> str:
        """Where its code and files are."""
        return f"services.{self.name}"

    def by_topic(self) -> dict[str, dict[type[Event], Reaction]]:
        """Its reactions, grouped by the stream they listen to."""
        topics: dict[str, dict[type[Event], Reaction]] = defaultdict(dict)
        for event, reaction in self.reactions.items():
            topics[event.topic][event] = reaction
        return dict(topics)


def installed(names: tuple[str, ...] = ()) -> list[Service]:
    """The installed services, all or those named; raises LookupError for a name nobody has."""
    found: dict[str, Service] = {entry.name: entry.load() for entry in entry_points(group=GROUP)}
    unknown = sorted(set(names) - set(found))
    if unknown:
        raise LookupError(f"There is no service {', '.join(unknown)}; there are {', '.join(sorted(found))}.")
    return [found[name] for name in (names or sorted(found))]
