"""What a template says: texts, times and numbers in one reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from babel.dates import format_date

from bordergate.clock import BEIJING, HANOI
from bordergate.errors import Wrong
from bordergate.http.typed import place_of, root_of
from bordergate.i18n import Language, catalogue, hint, text
from bordergate.i18n.formats import (
    LOCALES,
    shown_duration,
    shown_in_both_zones,
    shown_moment,
    shown_number,
    shown_percent,
    shown_span,
    shown_time,
    shown_weight,
)
from events.queue_scheduling import RouteStatus
from events.words import Failure
from services.portal.domain import Heard, Tone, tone_of
from services.portal.queries.routes import RouteShown

ROUTE_TONES = {
    RouteStatus.OPEN: Tone.OK,
    RouteStatus.REDUCED: Tone.ATTENTION,
    RouteStatus.PRE_REGISTERED_ONLY: Tone.ATTENTION,
    RouteStatus.PAUSED: Tone.ATTENTION,
    RouteStatus.CLOSED: Tone.STOP,
}
AUTHORITIES = ("authority", "first", "which")


@dataclass(frozen=True)
class Line:
    """One line of the history in words; `new_day` when its day differs from the line above."""

    at: datetime
    text: str
    new_day: bool


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
            "calendar_day": self.calendar_day,
            "weight": lambda kilograms: shown_weight(kilograms, self.language),
            "both": self.both,
            "number": self.number,
            "percent": lambda share: shown_percent(share, self.language),
            "span": self.span,
            "duration": lambda minutes: shown_duration(minutes, self.language),
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
                return f"{named} · {self.calendar_day(date.fromisoformat(until))}" if until else named
            case [*parts]:
                return ", ".join(str(part) for part in parts)
        return str(failure.value)

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
        return format_date(day, "d/M", locale=LOCALES[self.language])

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
        """How long, roughly."""
        return shown_span(max(span, timedelta()), self.language)

    def hours_today(self, route: RouteShown, now: datetime | None = None) -> str:
        """A route's hours of the day, in words; the frame says which day it is."""
        day = route.hours_at(now) if now else None
        return (
            self.text("portal.hours.today", opens=day.opens, closes=day.closes)
            if day
            else self.text("portal.hours.none")
        )

    def lines(self, history: Sequence[Heard]) -> Iterator[Line]:
        """The history in words."""
        day = None
        for heard in history:
            own_day = heard.at.astimezone(HANOI).date()
            yield Line(heard.at, self.line(heard), new_day=day is not None and own_day != day)
            day = own_day

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
        if "stage" in told:
            told["stage"] = self.text(f"portal.state.{told['stage']}")
        return told | {name: self.number(value) for name, value in heard.details.items() if type(value) is int}


def _variant(heard: Heard) -> str:
    """Calls by hand and trucks that hold no number have words of their own."""
    if heard.event == "truck_called" and heard.details.get("override"):
        return ".by_hand"
    if heard.event == "truck_called" and "number" not in heard.details:
        return ".priority"
    return ".priority" if heard.event == "truck_queued" and "promise" not in heard.details else ""


def field_id(name: str) -> str:
    """A field's id on its page: of a list that is wrong as a whole, its first field's."""
    plain = name.replace("[", "-").replace("].", "-").replace("]", "")
    return f"{plain}-0" if name in ("containers", "declarations", "lines", "shares") else plain


def minutes(span: timedelta) -> str:
    """Minutes and seconds, as in 3:10."""
    whole = max(int(span.total_seconds()), 0)
    return f"{whole // 60}:{whole % 60:02d}"
