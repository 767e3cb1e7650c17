"""The history of a crossing, in words of every language: who did what when, and from what to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from bordergate.history import Change, How
from bordergate.i18n import LANGUAGES, text
from bordergate.i18n.formats import shown_moment
from events.filing import differences
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.history import Act
from services.vehicle_registration.tables import crossings, history, registrations, route_names

MOST_ACTS = 500
MOMENTS = frozenset({"window_from", "window_to"})
WORDS = frozenset({"direction", "declared_empty", "two_way"})


class ChangeView(BaseModel):
    """One field before and after, as a program reads it; `text` says it whole in each language."""

    how: How
    field: str
    before: str | None
    after: str | None
    text: dict[str, str]


class ActView(BaseModel):
    """One act: when, what, by which organisation in which role, in whose name; `yours` if the reader did it."""

    at: datetime
    act: Act
    revision: int
    by: UUID | None
    role: str | None
    acting_for: UUID | None
    yours: bool
    reason: str | None
    changes: list[ChangeView]


class HistoryView(BaseModel):
    """What became of a crossing, the latest first."""

    items: list[ActView]


def history_of(session: Session, crossing_id: UUID, reader: str) -> HistoryView:
    """What became of a crossing at the desk; raises UnknownCrossing."""
    at, by = func.coalesce(registrations.c.filed_at, crossings.c.submitted_at), registrations.c.filed_by
    filed = select(crossings.c.filing, at.label("filed_at"), by)
    # a driver sees his crossing, not the registration it came with
    filed = filed.outerjoin_from(crossings, registrations, registrations.c.id == crossings.c.registration_id)
    row = session.execute(filed.where(crossings.c.id == crossing_id)).one_or_none()
    if row is None:
        raise refusals.UnknownCrossing
    told = select(history).where(history.c.crossing_id == crossing_id).order_by(history.c.id.desc()).limit(MOST_ACTS)
    acts = session.execute(told).all()
    routes = {one.route: f"{one.gate} {one.label}" for one in session.execute(select(route_names))}
    nobody: dict[str, Any] = {"role": None, "acting_for": None, "yours": False, "reason": None, "changes": []}
    first = ActView(at=row.filed_at, act=Act.FILE, revision=1, by=row.filed_by, **nobody)
    return HistoryView(items=[*_told(acts, row.filing, routes, reader), first])


def _told(acts: Sequence[Row[Any]], now: Any, routes: Mapping[str, str], reader: str) -> Iterator[ActView]:  # noqa: ANN401 - a filing, from its row
    """The acts, the latest first: what an amendment changed is what stood before it against what stood after."""
    for act in acts:
        changes = differences(act.before, now) if act.before else ()
        now = act.before or now
        yield ActView(
            at=act.at,
            act=act.act,
            revision=act.revision,
            by=act.by,
            role=act.role,
            acting_for=act.acting_for,
            yours=act.caller == reader,
            reason=act.reason,
            changes=[_change(change, routes) for change in changes],
        )


def _change(change: Change, routes: Mapping[str, str]) -> ChangeView:
    said = {language: _said(change, language, routes) for language in LANGUAGES}
    return ChangeView(how=change.how, field=change.field, before=change.before, after=change.after, text=said)


def _said(change: Change, language: str, routes: Mapping[str, str]) -> str:
    """The change as a sentence: `Rơ-moóc: 12R00121 → 12R00122`."""
    name = text(f"vehicle_registration.field.{change.field}", language)
    told = {
        when: _value(change.field, value, language, routes)
        for when, value in (("before", change.before), ("after", change.after))
        if value is not None
    }
    pattern = "both" if len(told) > 1 else next(iter(told), "other")
    return text(f"vehicle_registration.changed.{pattern}", language, name=name, **told)


def _value(field: str, value: str, language: str, routes: Mapping[str, str]) -> str:
    if field in MOMENTS:
        return shown_moment(datetime.fromisoformat(value), language)
    if field in WORDS:
        return text(f"vehicle_registration.value.{field}.{value}", language)
    return routes.get(value, value) if field == "route" else value
