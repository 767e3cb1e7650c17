"""Dates, numbers and money as readers of each language write them (CLDR)."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_time, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_name
from babel.units import format_unit

from bordergate.clock import BEIJING, HANOI
from bordergate.i18n.catalogue import text

LOCALES = {"vi": "vi_VN", "zh": "zh_Hans_CN", "en": "en_GB"}
UNITS = LOCALES | {"en": "en"}
"""Of hours and minutes British English would make plurals, which the pages' scripts and texts do not: `1 hr 45 min`."""
PLACES = {
    "vi": {HANOI: "Hà Nội", BEIJING: "Bắc Kinh"},
    "zh": {HANOI: "河内", BEIJING: "北京"},
    "en": {HANOI: "Hà Nội", BEIJING: "Beijing"},
}


def shown_time(at: datetime, language: str, zone: tzinfo = HANOI) -> str:
    """Hour and minute at a place: `14:32`."""
    return format_time(at.astimezone(zone), "HH:mm", locale=LOCALES[language])


def shown_date(at: datetime, language: str, zone: tzinfo = HANOI) -> str:
    """The day at a place."""
    return format_date(at.astimezone(zone).date(), "medium", locale=LOCALES[language])


def shown_day(day: date, language: str) -> str:
    """A day of the months around: `6/2`; in Chinese `2月6日`, where the shorter way would put the month first."""
    return format_date(day, {"vi": "d/M", "zh": "M月d日", "en": "d/M"}[language], locale=LOCALES[language])


def shown_month(day: date, language: str) -> str:
    """A month of its year: `2/2026`; in Chinese `2026年2月`."""
    return str(format_skeleton("yMMM" if language == "zh" else "yM", day, locale=LOCALES[language]))


def shown_moment(at: datetime, language: str, zone: tzinfo = HANOI) -> str:
    """Day, hour and minute at a place."""
    return format_datetime(at.astimezone(zone), _pattern(language), locale=LOCALES[language])


def shown_in_both_zones(at: datetime, language: str) -> str:
    """The hour on both sides of the border: `14:32 Hà Nội / 15:32 Bắc Kinh`."""
    places = PLACES[language]
    return " / ".join(f"{shown_time(at, language, zone)} {place}" for zone, place in places.items())


def shown_number(value: float, language: str) -> str:
    """A number with the reader's separators."""
    return str(format_decimal(value, locale=LOCALES[language]))


def shown_percent(share: float, language: str) -> str:
    """A share of one as a percentage."""
    return str(format_percent(share, locale=LOCALES[language]))


def shown_money(dong: int, language: str) -> str:
    """An amount of Vietnamese đồng."""
    return str(format_currency(dong, "VND", locale=LOCALES[language]))


def shown_country(code: str, language: str) -> str:
    """What a country is called (ISO 3166 code)."""
    return str(Locale.parse(LOCALES[language]).territories.get(code, code))


def shown_gate(name: str, language: str) -> str:
    """What a reader calls a gate of either side; its own name where none is known in his language."""
    code = f"gate.{name}"
    said = text(code, language)
    return name if said == code else said


def shown_currency(code: str, language: str) -> str:
    """What a currency is called (ISO 4217 code)."""
    return str(get_currency_name(code, locale=LOCALES[language]))


def shown_weight(kilograms: int, language: str) -> str:
    """A weight in kilograms."""
    return f"{shown_number(kilograms, language)} kg"


def shown_span(span: timedelta, language: str) -> str:
    """How long: `3 phút`."""
    return format_timedelta(span, threshold=1, locale=LOCALES[language])


def shown_duration(minutes: int, language: str) -> str:
    """How long in the two largest units: `1 giờ 10 phút`, `12 ngày 4 giờ`."""
    hours, rest = divmod(minutes, 60)
    days, part = divmod(hours, 24)
    units = [("day", days), ("hour", part), ("minute", rest)]
    first = next((place for place, (_, count) in enumerate(units) if count), 2)
    told = [
        format_unit(count, f"duration-{unit}", "short", locale=UNITS[language])
        for unit, count in units[first : first + 2]
        if count or first == len(units) - 1
    ]
    return ("" if language == "zh" else " ").join(told)


def shown_since(at: datetime, now: datetime, language: str) -> str:
    """How long ago, or in how long: `3 phút trước`."""
    return format_timedelta(at - now, add_direction=True, threshold=1, locale=LOCALES[language])


def _pattern(language: str) -> str:
    return {"vi": "HH:mm d/M/yyyy", "zh": "yyyy年M月d日 HH:mm", "en": "d MMM yyyy, HH:mm"}[language]
