"""What a template says: texts, times and numbers in one reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from babel.dates import format_date

from bordergate.clock import BEIJING, HANOI
from bordergate.errors import Wrong
from bordergate.history import Change
from bordergate.http.typed import place_of, root_of
from bordergate.i18n import Language, catalogue, hint, text
from bordergate.i18n.formats import (
    LOCALES,
    shown_day,
    shown_duration,
    shown_gate,
    shown_in_both_zones,
    shown_moment,
    shown_month,
    shown_number,
    shown_percent,
    shown_span,
    shown_time,
    shown_weight,
)
from bordergate.openings import WHOLE_DAY
from events.queue_scheduling import Closure, RouteStatus
from events.words import Failure
from services.portal.domain import Tone, tone_of
from services.portal.domain.history import Heard
from services.portal.queries.routes import RouteShown

SANCTION = "R070"
MINUTE = timedelta(minutes=1)
ROUTE_TONES = {
    RouteStatus.OPEN: Tone.OK,
    RouteStatus.REDUCED: Tone.ATTENTION,
    RouteStatus.PRE_REGISTERED_ONLY: Tone.ATTENTION,
    RouteStatus.PAUSED: Tone.ATTENTION,
    RouteStatus.CLOSED: Tone.STOP,
}
AUTHORITIES = ("authority", "first", "which", "whose")
MOMENTS = frozenset({"slot", "starts", "until", "drawn_at", "instead_of"})
"""What is an instant among what a history's texts need."""


class Changed(NamedTuple):
    """One field that an amendment changed, in words."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One line of the history in words; `new_day` when its day differs from the line above.

    `by` is the organisation that acted, in the role named; its name is another's to tell.
    """

    at: datetime
    text: str
    new_day: bool
    by: UUID | None = None
    role: str = ""
    acting_for: UUID | None = None
    changes: tuple[Changed, ...] = ()


class Told(NamedTuple):
    """A wrong place in words; `name` is empty when no field of the form is meant."""

    name: str
    label: str
    text: str
    hint: str


@dataclass(frozen=True)
class Words:
    """One language's way of saying things."""

    language: Language

    def globals(self) -> dict[str, Callable[..., Any]]:
        """The names that templates call."""
        return {
            "t": self.text,
            "hint": self.hint,
            "hour": self.hour,
            "hour_in_beijing": self.hour_in_beijing,
            "day_and_hour": self.day_and_hour,
            "short_day": self.short_day,
            "short_date": self.short_date,
            "month": lambda day: shown_month(day, self.language),
            "closure": self.closure,
            "calendar_day": self.calendar_day,
            "weight": lambda kilograms: shown_weight(kilograms, self.language),
            "both": self.both,
            "number": self.number,
            "percent": lambda share: shown_percent(share, self.language),
            "span": self.span,
            "duration": lambda minutes: shown_duration(minutes, self.language),
            "gate_name": lambda name: shown_gate(name, self.language),
            "minutes": minutes,
            "hours_today": self.hours_today,
            "route_tone": lambda route: ROUTE_TONES[route.status],
            "tone_of": tone_of,
            "failure_value": self.failure_value,
            "told": self.told,
            "field_id": field_id,
            "hanoi": lambda moment: moment.astimezone(HANOI),
        }

    def text(self, code: str, **details: Any) -> str:  # noqa: ANN401 - details are free
        """What a code says."""
        return text(code, self.language, **details)

    def hint(self, code: str, **details: Any) -> str | None:  # noqa: ANN401 - details are free
        """The next step."""
        return hint(code, self.language, **details)

    def told(self, wrong: Wrong) -> Told:
        """A wrong place of a form: its field's label, what is wrong and what to do."""
        known = {name: value for name, value in wrong.details.items() if name not in ("code", "language")}
        name = place_of(wrong)
        field = f"portal.field.{name.rpartition('.')[2] if '.' in name else root_of(name)}"
        label = self.text(field) if field in catalogue().entries else ""
        code = wrong.code if wrong.code in catalogue().entries else "refused"
        value = known.get("value")
        if isinstance(value, list | tuple):
            known["value"] = ", ".join(str(part) for part in value)
        return Told(name if label else "", label, self.text(code, **known), self.hint(code, **known) or "")

    def failure_value(self, failure: Failure) -> str:
        """What stood in the failing place, as text; of a paper, which it is and until when it holds."""
        match failure.value:
            case None:
                return ""
            case {"paper": kind, "valid_to": until}:
                named = self.text(f"portal.fleet.kind.{kind}")
                if failure.field == "$.trailer":
                    named = f"{self.text('vehicle_registration.field.trailer')} · {named}"
                return f"{named} · {self.calendar_day(date.fromisoformat(until))}" if until else named
            case str(day) if failure.code == SANCTION:
                return self.calendar_day(date.fromisoformat(day))
            case {"first": first, "last": last, "arrived": arrived}:
                return self._times(first, last, arrived)
            case [*parts]:
                return ", ".join(str(part) for part in parts)
        return str(failure.value)

    def _times(self, first: str, last: str, arrived: str | None) -> str:
        """When a truck should come, and when it came."""
        begins, ends, came = (
            self.day_and_hour(datetime.fromisoformat(told)) if told else "" for told in (first, last, arrived)
        )
        expected = self.text("portal.departure.expected", first=begins, last=ends)
        return f"{self.text('portal.departure.arrived', at=came)} · {expected}" if came else expected

    def hour(self, moment: datetime) -> str:
        """Hà Nội's hour and minute."""
        return shown_time(moment, self.language)

    def hour_in_beijing(self, moment: datetime) -> str:
        """Bắc Kinh's hour and minute."""
        return shown_time(moment, self.language, BEIJING)

    def day_and_hour(self, moment: datetime) -> str:
        """Hà Nội's day and hour."""
        return shown_moment(moment, self.language)

    def short_day(self, moment: datetime) -> str:
        """Day and month in Hà Nội."""
        return self.short_date(moment.astimezone(HANOI).date())

    def short_date(self, day: date) -> str:
        """Day and month."""
        return shown_day(day, self.language)

    def calendar_day(self, day: date) -> str:
        """Day, month and year."""
        return format_date(day, "medium", locale=LOCALES[self.language])

    def day_typed(self, text: str) -> str:
        """A day as its field holds it, as people read it; what is no day, as it was typed."""
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return text
        return format_date(day, "full", locale=LOCALES[self.language])

    def both(self, moment: datetime) -> str:
        """The hour on both sides of the border."""
        return shown_in_both_zones(moment, self.language)

    def number(self, value: float) -> str:
        """A number with the reader's separators."""
        return shown_number(value, self.language)

    def span(self, span: timedelta) -> str:
        """How long, in its two largest units; under a minute in seconds."""
        if span < MINUTE:
            return shown_span(max(span, timedelta()), self.language)
        return shown_duration(span // MINUTE, self.language)

    def hours_today(self, route: RouteShown, now: datetime | None = None) -> str:
        """A route's hours of the day, in words; the frame says which day it is."""
        day = route.hours_at(now) if now else None
        return (
            self.text("portal.hours.today", opens=day.opens, closes=day.closes)
            if day
            else self.text("portal.hours.none")
        )

    def closure(self, closure: Closure) -> str:
        """When a route is closed, and why."""
        first, last = closure.first_day, closure.after - timedelta(days=1) if closure.after else None
        whole = (closure.starts, closure.ends) == WHOLE_DAY
        days = "on" if last == first else "between" if last else "from"
        return self.text(
            "portal.closure.day" if whole else "portal.closure.hours",
            days=self.text(
                f"portal.closure.{days}", first=self.short_date(first), last=self.short_date(last) if last else ""
            ),
            starts=closure.starts,
            ends=closure.ends,
            cause=self.text(f"portal.closure.cause.{closure.cause}"),
        )

    def lines(self, history: Sequence[Heard], routes: Mapping[str, str] | None = None) -> Iterator[Line]:
        """The history in words; `routes` are the names of routes."""
        day = None
        for heard in history:
            own_day = heard.at.astimezone(HANOI).date()
            role = self.text(f"portal.role.{heard.role}") if heard.role else ""
            changes = tuple(self.changed(change, routes or {}) for change in heard.changes)
            new_day = day is not None and own_day != day
            yield Line(heard.at, self.line(heard), new_day, heard.by, role, heard.acting_for, changes)
            day = own_day

    def changed(self, change: Change, routes: Mapping[str, str]) -> Changed:
        """What an amendment changed, in words."""
        name = self.text(f"vehicle_registration.field.{change.field}")
        return Changed(name, *(self.value(change.field, told or "", routes) for told in (change.before, change.after)))

    def value(self, field: str, told: str, routes: Mapping[str, str]) -> str:
        """What stood in a field of a filing, as people read it."""
        if not told:
            return ""
        if field in ("direction", "declared_empty", "two_way"):
            return self.text(f"vehicle_registration.value.{field}.{told}")
        if field in ("window_from", "window_to"):
            return self.day_and_hour(datetime.fromisoformat(told))
        return self.day_typed(told) if field == "day" else routes.get(told, told)

    def line(self, heard: Heard) -> str:
        """One event in words."""
        return self.text(f"portal.event.{heard.event}{_variant(heard)}", **self._told(heard))

    def _told(self, heard: Heard) -> dict[str, str]:
        told = {name: str(value) for name, value in heard.details.items()}
        for name in AUTHORITIES:
            if name in told:
                told[name] = self.text(f"portal.authority.{told[name]}")
        if "kind" in told:
            about = "fact" if heard.event == "fact_stated" else "area"
            told["kind"] = self.text(f"portal.{about}.{told['kind']}")
        for name in MOMENTS & told.keys():
            told[name] = self.day_and_hour(datetime.fromisoformat(told[name]))
        if "target" in told:
            told["target"] = self.text(f"portal.target.{told['target']}")
        if "because" in told:
            told["because"] = self.text(told["because"])
        if "stage" in told:
            told["stage"] = self.text(f"portal.state.{told['stage']}")
        return told | {name: self.number(value) for name, value in heard.details.items() if type(value) is int}


def _variant(heard: Heard) -> str:
    """Plates read in a lane, calls by hand, trucks with a slot and those without a number have words of their own."""
    told = heard.details
    if heard.event in ("slot_ended", "absence_excused"):
        return f".{told['cause']}"
    variants = (
        ("plate_read", ".in_lane", "lane" in told),
        ("truck_called", ".by_hand", bool(told.get("override"))),
        ("truck_called", ".slot", "slot" in told),
        ("truck_called", ".priority", "number" not in told),
        ("truck_queued", ".slot", "slot" in told),
        ("truck_queued", ".priority", "promise" not in told),
        ("slot_reserved", ".drawn", "drawn_at" in told),
        ("slot_offered", ".instead", "instead_of" in told),
        ("presence_stated", ".officer", told.get("said_by") == "OFFICER"),
        ("call_missed", ".ours", told.get("cause") == "OURS" and "because" in told),
    )
    return next((variant for event, variant, holds in variants if event == heard.event and holds), "")


def field_id(name: str) -> str:
    """A field's id on its page: of a list that is wrong as a whole, its first field's."""
    plain = name.replace("[", "-").replace("].", "-").replace("]", "")
    return f"{plain}-0" if name in ("containers", "declarations", "lines", "shares") else plain


def minutes(span: timedelta) -> str:
    """Minutes and seconds, as in 3:10."""
    whole = max(int(span.total_seconds()), 0)
    return f"{whole // 60}:{whole % 60:02d}"
