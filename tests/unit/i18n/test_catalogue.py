from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from csv import DictReader
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import bordergate
import services
from bordergate.errors import Refusal
from bordergate.i18n import LANGUAGES, catalogue, chosen, hint, text
from bordergate.i18n.formats import (
    shown_gate,
    shown_in_both_zones,
    shown_moment,
    shown_money,
    shown_number,
    shown_since,
    shown_span,
)
from services.customs_declarations.domain.declaration import Stage as DeclarationStage
from services.inspectorate.domain.case import CaseState
from services.queue_scheduling.domain.ticket import Stage as TicketStage

ROOT = Path(bordergate.__file__).parents[1]
RULE = re.compile(r"\"(R0\d\d)\"")
NOON = datetime(2026, 5, 4, 5, 0, tzinfo=UTC)


def refusals() -> Iterator[type[Refusal]]:
    for package in (bordergate, services):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in found.name:
                importlib.import_module(found.name)
    waiting = [Refusal]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith(("bordergate.", "services.")):
            yield kind


def test_every_refusal_has_its_text() -> None:
    # BadValue takes its code from what is wrong with the value, each of which has a text of its own
    codes = {kind.code for kind in refusals()}
    assert codes - catalogue().entries.keys() == set()


def test_every_rule_has_its_text_and_its_next_step() -> None:
    sources = [path.read_text() for path in (ROOT / "services").rglob("*.py")]
    codes = {code for source in sources for code in RULE.findall(source)}
    assert len(codes) > 5
    without = [code for code in sorted(codes) if hint(code, "vi") is None]
    assert without == []


def test_every_text_exists_in_every_language_with_the_same_placeholders() -> None:
    for code, entry in catalogue().entries.items():
        assert set(entry.message) == set(LANGUAGES), code
        assert not entry.hint or set(entry.hint) == set(LANGUAGES), code
        assert not entry.without or set(entry.without) == set(LANGUAGES), code
        assert len({entry.placeholders(language) for language in LANGUAGES}) == 1, code
        assert all(entry.message[language].strip() for language in LANGUAGES), code


def test_a_count_is_told_in_the_form_its_language_has_for_it() -> None:
    assert text("payload.malformed", "en", count=1) == "What was sent is wrong in one place."
    assert text("payload.malformed", "en", count=2) == "What was sent is wrong in 2 places."
    assert text("payload.malformed", "vi", count=1) == "Dữ liệu gửi lên có 1 chỗ sai."
    assert text("payload.malformed", "zh", count=1) == "提交的数据有 1 处错误。"
    assert "–" in text("payload.malformed", "en")
    assert (text("portal.list.count", "en", count="1"), text("portal.list.count", "en", count="1,000")) == (
        "1 crossing",
        "1,000 crossings",
    )


def test_a_gate_is_named_in_chinese_and_one_without_a_chinese_name_keeps_its_own() -> None:
    with (ROOT / "services/queue_scheduling/reference/routes.csv").open(encoding="utf-8") as rows:
        gates = {row[side] for row in DictReader(rows) for side in ("gate", "opposite")}
    assert all(re.fullmatch("[\u4e00-\u9fff]+", shown_gate(gate, "zh")) for gate in gates)
    assert all(shown_gate(gate, language) == gate for gate in gates for language in ("vi", "en"))
    assert shown_gate("Bình Nghi", "zh") == "Bình Nghi"


def test_no_english_text_counts_one_thing_as_several() -> None:
    plurals = re.compile(r"\{count\} [a-z]+s\b")
    entries = catalogue().entries.items()
    several = [
        code
        for code, entry in entries
        if plurals.search(entry.message["en"]) and "one" not in entry.plural.get("en", {})
    ]
    assert several == []


def test_where_there_is_no_value_to_name_the_text_names_none() -> None:
    assert text("R004", "en", value="308000000001").startswith("Declaration 308000000001 is not filed")
    for nothing in (None, ""):
        assert text("R004", "en", value=nothing) == "The truck is laden, but its crossing names no declaration."


@pytest.mark.parametrize("language", LANGUAGES)
def test_stages_are_told_in_words_of_the_readers_language(language: str) -> None:
    told = [text("queue_scheduling.not_waiting", language, stage=stage) for stage in TicketStage]
    told += [text("customs_declarations.not_now", language, stage=stage) for stage in DeclarationStage]
    told += [text("inspectorate.already_decided", language, state=state) for state in CaseState if state != "OPEN"]
    assert not [one for one in told if re.search("[A-Z_]{4,}|scheduling|declarations|inspectorate", one)]
    assert text("queue_scheduling.not_waiting", "en", stage="CALLED").endswith("this one has been called.")


NEXT_STEPS = ("no_ticket", "no_crisis", "crisis_declared_already", "pause_is_over", "not_paused", "not_waiting")
OF_SLOTS = ("no_slot", "nothing_offered", "begun", "too_soon", "being_drawn", "carrier_full")


@pytest.mark.parametrize(
    "code", [*(f"queue_scheduling.{one}" for one in NEXT_STEPS), *(f"slots.{one}" for one in OF_SLOTS)]
)
def test_who_is_refused_by_the_queue_is_told_a_next_step(code: str) -> None:
    assert len({hint(code, language) for language in LANGUAGES} - {None}) == len(LANGUAGES)


def test_a_missing_detail_shows_as_a_dash_and_an_unknown_code_as_itself() -> None:
    assert "–" in text("stale", "en")
    assert text("nobody.wrote_this", "en") == "nobody.wrote_this"


@pytest.mark.parametrize(
    ("wishes", "language"),
    [((), "vi"), (("en-GB",), "en"), (("fr", "zh-Hans"), "zh"), (("fr, zh;q=0.1, en;q=0.9",), "en"), (("",), "vi")],
)
def test_the_first_wish_that_is_spoken_here_is_granted(wishes: tuple[str, ...], language: str) -> None:
    assert chosen(*wishes) == language


def test_times_and_numbers_are_written_as_each_reader_writes_them() -> None:
    assert shown_moment(NOON, "vi") == "12:00 4/5/2026"
    assert shown_in_both_zones(NOON, "zh") == "12:00 河内 / 13:00 北京"
    assert shown_number(12345.5, "vi") == "12.345,5"
    assert shown_money(390_000, "vi").replace("\u00a0", " ") == "390.000 ₫"
    assert shown_span(timedelta(minutes=3), "vi") == "3 phút"
    assert shown_since(NOON, NOON + timedelta(minutes=3), "zh") == "3分钟前"
