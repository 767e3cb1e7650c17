from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import BaseModel

from bordergate.amending import amendable
from bordergate.auth import Role
from bordergate.history import How
from bordergate.http import GateRoute
from bordergate.i18n import LANGUAGES, Language, catalogue
from bordergate.rules import rulings
from bordergate.service import installed
from events.gate_operations import Authority, FactKind, Target
from events.queue_scheduling import ClosureCause, EmergencyPaper, Hindrance, RouteStatus
from events.tracking import AreaKind
from events.words import (
    Channel,
    CrossingState,
    Direction,
    OrganisationKind,
    PaperKind,
    Share,
    TicketClass,
    UploadStage,
)
from services.customs_declarations.api.declarations import AmendmentByHand, DeclaredLine, NewDeclaration
from services.customs_declarations.domain.declaration import Act
from services.customs_declarations.domain.declaration import Stage as DeclarationStage
from services.customs_declarations.domain.inquiry import Answer
from services.inspectorate.domain.trace import Detector
from services.portal.domain import STORY, Concern, DriverWord, Standing, Step, Tone, Whereto, file_of
from services.portal.domain.history import Heard, line_of
from services.portal.domain.slot import LOSSES, SlotStage
from services.portal.pages.admin import ROOMS
from services.portal.pages.cases import words_of_cases
from services.portal.pages.departure import Subject
from services.portal.pages.design import STANDINGS
from services.portal.pages.desk import BEGINNINGS
from services.portal.pages.filing import STEPS
from services.portal.pages.frame import FORMS
from services.portal.pages.words import ROUTE_TONES, Words, minutes
from services.portal.queries.fleet import PaperState
from services.portal.queries.routes import RouteShown
from services.portal.queries.sanctions import STANDINGS as SANCTIONED
from services.queue_scheduling.api.holding import MoreTime, Withdrawal
from services.queue_scheduling.api.sanctions import AppealText, Decision
from services.vehicle_registration.api.by_hand import CrossingByHand, CrossingMended
from services.vehicle_registration.api.drivers import NewDriver
from services.vehicle_registration.api.exchanging import OtherTruck
from services.vehicle_registration.api.filing import NewVehicle, Reason
from services.vehicle_registration.api.papers import NewPaper
from services.vehicle_registration.api.walk_up import NewWalkUp
from services.vehicle_registration.domain.consents import How as HowConsented
from services.vehicle_registration.domain.consents import Purpose
from services.vehicle_registration.domain.fleet import Country, VehicleType
from tests.builders.stories import Story, a_route

PORTAL = Path(__file__).parents[3] / "services" / "portal"
CODE = re.compile(r"""["'](portal\.[a-z_]+(?:\.[a-z_]+)*)["']""")
FAMILIES = {
    "state": CrossingState,
    "step": Step,
    "standing": Standing,
    "tone": Tone,
    "driver": DriverWord,
    "driver.where": Whereto,
    "concern": Concern,
    "class": TicketClass,
    "direction": Direction,
    "authority": Authority,
    "target": Target,
    "channel": Channel,
    "status": RouteStatus,
    "area": AreaKind,
    "fact": FactKind,
    "role": Role,
    "kind": OrganisationKind,
    "declaration.stage": DeclarationStage,
    "declaration.act": Act,
    "declaration.how": How,
    "declaration.answer": Answer,
    "many.stage": UploadStage,
    "slot.stage": SlotStage,
    "hindrance": Hindrance,
}
FILED: tuple[type[BaseModel], ...] = (
    CrossingByHand,
    CrossingMended,
    NewVehicle,
    NewDriver,
    NewPaper,
    NewWalkUp,
    NewDeclaration,
    AmendmentByHand,
    DeclaredLine,
    Share,
    Reason,
    Withdrawal,
    MoreTime,
    OtherTruck,
    AppealText,
    Decision,
)
"""What owners take from the desk's forms: whatever they complain of has a label."""
SHOWN: dict[str, Iterable[str]] = {
    "standing_of": STANDINGS,
    "analysis": (*STANDINGS[1:], "strip", "throughput", "fan", "heat", "stages", "multiples"),
    "design.sample": STANDINGS[1:],
    "emergency.paper": EmergencyPaper,
    "forward.waits": ("NOTHING", "STOPPED", "NOT_OPEN_YET", "HOUR_FULL", "CLOSING", "ENOUGH_UNDERWAY"),
    "crisis.of": ("good", "spoiling", "spoiled", "falling", "later"),
    "keys": ("filter", "move", "open", "call", "help", "close"),
    "desk.step": (*STEPS, "check"),
    "desk.file": BEGINNINGS,
    "fleet.kind": PaperKind,
    "fleet.state": PaperState,
    "fleet.done": ("paper", "ended", "corrected", "scan"),
    "desk.filed": FORMS.keys() - {"number"},
    "desk.known": FORMS.keys() - {"number"},
    "desk.nth": ("containers", "declarations", "shares"),
    "desk.country": Country,
    "desk.type": VehicleType,
    "desk.standing": ("all", "needs", "under_way", "over"),
    "field": {name for form in FILED for name in form.model_fields} - {"shared_with", "tractor"},
    "admin.reference": ("added", "changed", "yes", "no"),
    "admin.area": ("added", "changed", "removed", "unchanged", "overlaps"),
    "admin.ways": ("found", "before", "length", "named", "no_lines", "far_away"),
    "decision": ("allowed", "denied"),
    "admin.room": ("index", *ROOMS),
    "genuine": ("genuine", "changed", "unknown_key", "malformed", "no_keys", "not_here"),
    "ledger": (
        *("proven", "awaited", "broken", "changed", "malformed"),
        *("damaged", "unknown_key", "no_receipt", "no_answer", "not_here"),
    ),
    "ledger.step": ("ok", "stop", "ahead", "signed", "yours", "included", "headed"),
    "many.act": ("file-good", "check"),
    "many.figure": ("lines", "faulty", "filed"),
    "many.only_good": ("true", "false"),
    "consent.purpose": Purpose,
    "consent.why": Purpose,
    "consent.off": Purpose,
    "consent.how": HowConsented,
    "delegation": ("given", "held"),
    "delegation.act": ("FILE", "AMEND", "CANCEL"),
    "delegation.none": ("given", "held"),
    "delegation.said": ("in_force", "ended", "over", "all_routes", "firm", "driver"),
    "change.lead": ("REDUCED", "PRE_REGISTERED_ONLY", "CLOSED"),
    "effect": ("waiting", "called", "booked", "calls_lost", "spoiling"),
    "closure": ("day", "hours", "on", "between", "from"),
    "closure.cause": ClosureCause,
    "departure": (Tone.OK, Tone.STOP, Tone.UNKNOWN),
    "departure.of": Subject,
    "holding.accept": ("none", "half", "all"),
    "holding.link": (CrossingState.QUEUED, CrossingState.CALLED),
    "holding.cancel_means": (CrossingState.QUEUED, CrossingState.CALLED),
    "sanctions.standing": SANCTIONED,
    "sanctions.about": ("carrier", "officer"),
    "sanctions": ("granted", "dismissed", "grant", "dismiss"),
    "rules.of": {ruling.service for ruling in rulings(installed())},
    "cases": ("open", "decided", "DISMISSED", "CONFIRMED"),
    "cases.seen": Detector,
    "search.by": ("reference", "plate", "trailer", "containers", "declarations", "vin"),
    "slot.cell": ("free", "full", "opens", "draw"),
    "slot_lost": LOSSES,
    "draws.how": ("before", "open", "after"),
    "draws.verdict": ("same", "other", "changed", "failed"),
    "waiting.how": ("wait", "halves", "rounded", "source"),
}


def said_by_pages() -> set[str]:
    sources = [*PORTAL.rglob("*.html"), *(PORTAL / "pages").glob("*.py")]
    found = {code for source in sources for code in CODE.findall(source.read_text("utf-8"))}
    permissions = {"pages", "board", "analysis", "own_crossing", "administration", "declarations", "cases", "sanctions"}
    return (
        found
        - {f"portal.see_{seen}" for seen in permissions}
        - {
            "portal.file_crossings",
            "portal.register_walk_up",
            "portal.amend_declarations",
            "portal.search",
            "portal.hold_place",
        }
    )


def events_named() -> set[str]:
    return {event.name.rpartition(".v")[0].partition(".")[2] for event in STORY}


def test_the_page_of_cases_has_words_for_whatever_is_looked_for() -> None:
    told = words_of_cases(Words("en"))
    assert {*told["detectors"]} == {*told["means"]} == {*told["seen"]} == {*Detector}


def test_every_text_that_a_page_says_is_in_the_catalogue() -> None:
    assert len(said_by_pages()) > 100
    assert sorted(said_by_pages() - catalogue().entries.keys()) == []


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_word_of_the_gate_has_a_text(family: str) -> None:
    words = {f"portal.{family}.{word.value}" for word in FAMILIES[family]}
    assert sorted(words - catalogue().entries.keys()) == []


def test_every_event_has_a_line_for_the_history() -> None:
    assert sorted({f"portal.event.{name}" for name in events_named()} - catalogue().entries.keys()) == []


def test_every_act_that_an_audit_records_has_a_text() -> None:
    routes = [route for service in installed() if service.router for route in service.router.routes]
    acts = {route.permission.name for route in routes if isinstance(route, GateRoute) and route.permission}
    assert len(acts) > 40
    assert sorted({f"portal.act.{act}" for act in acts} - catalogue().entries.keys()) == []


def test_every_reference_table_and_column_has_a_text() -> None:
    said = set()
    for service in installed():
        for name, table in amendable(service.metadata).items():
            said |= {
                f"portal.reference.{service.name}.{name}",
                *(f"portal.column.{column.name}" for column in table.c),
            }
    assert len(said) > 30
    assert {code for code in catalogue().entries if code.startswith(("portal.reference.", "portal.column."))} == said


def test_every_text_is_told_in_three_languages_with_the_same_placeholders() -> None:
    for code, entry in catalogue().entries.items():
        if code.startswith("portal."):
            assert len({entry.placeholders(language) for language in LANGUAGES}) == 1, code
            assert all(entry.message[language].strip() for language in LANGUAGES), code


@pytest.mark.parametrize("family", sorted(SHOWN))
def test_whatever_a_page_lists_has_a_text(family: str) -> None:
    assert sorted({f"portal.{family}.{name}" for name in SHOWN[family]} - catalogue().entries.keys()) == []


def test_no_text_of_the_portal_is_left_over() -> None:
    families = tuple(
        f"portal.{family}." for family in (*FAMILIES, "act", "column", "event", "nav", "file.severity", "reference")
    )
    listed = {f"portal.{family}.{name}" for family, names in SHOWN.items() for name in names}
    left = {
        code
        for code in catalogue().entries
        if code.startswith("portal.") and not code.startswith(families) and code not in said_by_pages() | listed
    }
    assert (
        sorted(
            left
            - {f"portal.unknown_{thing}" for thing in ("crossing", "route", "vehicle", "paper", "upload", "sanction")}
        )
        == []
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_story_reads_without_a_code_or_a_hole(language: Language) -> None:
    story = Story().filed().refused("R014").assessed().ready().queued().called(override=True).missed().queued(None)
    file = file_of(story.near().called(None).checked_in().lagging().released().completed().told)
    assert file is not None
    for line in Words(language).lines(file.history):
        assert "portal." not in line.text
        assert "–" not in line.text
        assert "{" not in line.text


def test_a_history_names_authorities_and_nobody_else() -> None:
    story = Story().filed()
    lines = [line_of(told) for told in story.told]
    assert lines[0].details == {}


def test_a_call_by_hand_says_so() -> None:
    told = Story().filed().ready().queued().called(override=True).told[-1]
    assert Words("en").line(line_of(told)) == "Called by hand, confirmed by two officers"


def test_days_and_months_are_written_as_each_reader_writes_them() -> None:
    day = date(2026, 2, 6)
    told = [
        (Words(language).short_date(day), Words(language).globals()["month"](day)) for language in ("vi", "zh", "en")
    ]
    assert told == [("6/2", "2/2026"), ("2月6日", "2026年2月"), ("6/2", "02/2026")]


def test_a_new_day_is_marked_in_the_history() -> None:
    days = [datetime(2026, 5, day, 3, tzinfo=UTC) for day in (4, 3, 3)]
    history = [Heard(id=Story().crossing_id, event="crossing_expired", at=at) for at in days]
    assert [line.new_day for line in Words("vi").lines(history)] == [False, True, False]


def test_a_lag_is_shown_in_minutes_and_seconds() -> None:
    assert minutes(datetime(2026, 5, 4, 8, 3, 10, tzinfo=UTC) - datetime(2026, 5, 4, 8, tzinfo=UTC)) == "3:10"


def test_every_status_of_a_route_has_a_sign() -> None:
    assert set(ROUTE_TONES) == set(RouteStatus)


def test_capacity_is_nothing_outside_the_hours() -> None:
    route = RouteShown.model_validate(a_route().model_dump() | {"status": RouteStatus.OPEN})
    assert route.capacity_at(datetime(2026, 5, 4, 1, tzinfo=UTC)) == 70
    assert route.capacity_at(datetime(2026, 5, 4, 12, tzinfo=UTC)) == 0


def test_no_page_styles_or_scripts_itself() -> None:
    for template in PORTAL.rglob("*.html"):
        text = template.read_text("utf-8")
        assert " style=" not in text, template
        assert not re.search(r"<script(?![^>]*src=)", text), template
        assert not re.search(r"\son[a-z]+=", text), template
        assert "http://" not in text.replace("http-equiv", ""), template
        assert "https://" not in text, template
