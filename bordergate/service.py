"""A service as a value: its table of contents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData
from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.event import Envelope, Event
from bordergate.inbox import Reaction
from bordergate.replaying import ReadModel
from bordergate.settings import Settings
from bordergate.timers import Before, Handler, Timer

if TYPE_CHECKING:
    from bordergate.http import GateRouter

GROUP = "bordergate.services"


@dataclass(frozen=True)
class Service:
    """What a service owns and how it is reached.

    `pages` says that its routes stand at the root of the origin, not under `/api`; `after_reference` runs when
    reference rows were loaded; `before_batch` locks, in one order, what the events of a consumer's transaction will
    need, and `after_batch` closes it; `before_timer` locks what a deadline will need; `processes` are roles of its
    own beside api, worker and relay (as `intake`), each runs until stopped; `workers` make loops of its own for the
    worker; `read_model` says how to make what it keeps anew from the log; `rules` are the functions that judge what
    is filed; `findings` says how what it stands on stands, each with a next step when it is at fault.
    """

    name: str
    metadata: MetaData
    router: GateRouter | None = None
    pages: bool = False
    reactions: Mapping[type[Event], Reaction] = field(default_factory=dict)
    timers: Mapping[type[Timer], Handler] = field(default_factory=dict)
    after_reference: Callable[[Session, Clock], None] | None = None
    before_timer: Before | None = None
    before_batch: Callable[[Session, Sequence[Envelope[Any]]], None] | None = None
    after_batch: Callable[[Session], None] | None = None
    processes: Mapping[str, Callable[[Any], None]] = field(default_factory=dict)
    workers: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    read_model: ReadModel | None = None
    rules: Sequence[Callable[..., Any]] = ()
    findings: Callable[[Session, Settings], Iterable[tuple[str, str | None]]] | None = None

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
