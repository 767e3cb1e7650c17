"""The registration desk: commands beside a bare endpoint and as crossings accumulate, rules, lists beside COPY."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from statistics import median

from sqlalchemy import Engine, create_engine

from bordergate import memory
from bordergate.ids import new_id
from bordergate.service import installed
from events.queue_scheduling import OpenHours
from events.words import OrganisationKind
from services.vehicle_registration.domain.demands import Demand, Lack, Law, Matter, Payer, Standing, Validity
from services.vehicle_registration.domain.dossier import Dossier
from services.vehicle_registration.domain.papers import OF_DRIVERS, OF_TRAILERS, OF_VEHICLES
from services.vehicle_registration.domain.route_plan import RoutePlan
from services.vehicle_registration.domain.rules import RULES, failures_of
from tests.bench.parts.endpoints import Endpoint, Pair, endpoints, in_turn, told
from tests.bench.parts.gate import deployed
from tests.bench.parts.kinds import make_trucks
from tests.bench.parts.lists import AT_ONCE, SERVICE, Filed, clear, copied, file_list
from tests.bench.parts.stored import store_crossings
from tests.bench.rows import Row, Setup
from tests.builders.clock import A_MORNING
from tests.builders.registration import a_dossier
from tests.gates import StillGate, a_still_gate

PAIRS, SECONDS, WARM_UP = 7, 2.0, 2.0
MOST = 800
"""More commands than either endpoint answers a second."""
TRUCKS = 60_000
FEW_STORED, MANY_STORED = 1_000, 1_000_000
FEW, LINES = 1_000, 10_000
COPIES = 3
JUDGED = 2.0
COMMANDS, GROWTH, LISTS, MOST_MEMORY = 0.6, 1.3, 0.1, 64


def run(setup: Setup) -> list[Row]:
    """Commands among few stored crossings and among many, rules alone, and lists."""
    return [*commands(setup), rules(), *lists(setup)]


def commands(setup: Setup) -> list[Row]:
    """A crossing filed and submitted, its rules judged: both endpoints in turn, at a young gate and at an old one."""
    with _gate(setup, "young", FEW_STORED) as young, _gate(setup, "old", MANY_STORED) as old:
        for gate in (young, old):
            in_turn(*gate, WARM_UP, 1)
        turns = [(*in_turn(*young, SECONDS, 1), *in_turn(*old, SECONDS, 1)) for _ in range(PAIRS)]
    few, many = [pair for pair, _ in turns], [pair for _, pair in turns]
    return [_rate(few), _p99(few), _growth(few, many)]


@contextmanager
def _gate(setup: Setup, name: str, stored: int) -> Iterator[tuple[Endpoint, Endpoint]]:
    """A gate where so many crossings are over, and the bare endpoint on its database."""
    folder = setup.folder / name
    folder.mkdir()
    with deployed(replace(setup, folder=folder)) as deployment:
        owner_url = deployment.database.owner_url
        make_trucks(owner_url, TRUCKS)
        store_crossings(owner_url, 0, stored)
        with endpoints(deployment, "registration", MOST) as both:
            yield both


def _rate(pairs: Sequence[Pair]) -> Row:
    return Row(
        "crossings submitted through the API",
        median(mine.rate for mine, _ in pairs),
        "commands/s",
        against=median(its.rate for _, its in pairs),
        ratios=[mine.rate / its.rate for mine, its in pairs],
        goal=COMMANDS,
        note=told(pairs),
    )


def _p99(pairs: Sequence[Pair]) -> Row:
    return Row(
        "the same, p99 (ratio: the bare one's to it)",
        median(mine.p99 for mine, _ in pairs),
        "ms",
        against=median(its.p99 for _, its in pairs),
        ratios=[its.p99 / mine.p99 for mine, its in pairs],
        goal=COMMANDS,
    )


def _growth(few: Sequence[Pair], many: Sequence[Pair]) -> Row:
    early, late = (median(1_000 / mine.rate for mine, _ in pairs) for pairs in (few, many))
    return Row(
        f"the same among {MANY_STORED:,} stored, not {FEW_STORED:,}",
        late,
        "ms each",
        against=early,
        ratios=[young.rate / old.rate for (young, _), (old, _) in zip(few, many, strict=True)],
        goal=GROWTH,
        lower=True,
        note=told(many),
    )


def rules() -> Row:
    """All rules of the desk, on one processor, for trucks that have everything the law asks for."""
    dossiers = [a_whole_dossier(number) for number in range(1_000)]
    judged, used = 0, time.process_time()
    while time.process_time() - used < JUDGED:
        for dossier in dossiers:
            failures_of(dossier)
        judged += len(dossiers) * len(RULES)
    return Row("rules judged on one processor", judged / (time.process_time() - used), "rules/s")


def a_whole_dossier(number: int) -> Dossier:
    """A truck, its trailer and its driver, where the law asks for everything and everything is there."""
    law = Law(Demand(matter, Lack.BLOCK, A_MORNING.date()) for matter in Matter)
    dossier = a_dossier(containers=("CSQU3054383",), trailer=f"12R{number:05}", driver_id=new_id())
    begins, ends, trailer = A_MORNING.date(), A_MORNING.date().replace(year=2030), new_id()
    kinds = {dossier.filing.vehicle_id: OF_VEHICLES, trailer: OF_TRAILERS, dossier.filing.driver_id: OF_DRIVERS}
    papers = [Validity(holder, kind, begins, ends) for holder, of in kinds.items() if holder for kind in of]
    payer = Payer(OrganisationKind.TRADER, verified=True, tax_code_sound=True)
    rates = {"export_per_hour": 40, "import_per_hour": 40}
    plan = RoutePlan(hours=[OpenHours(weekday=day, opens="07:00", closes="19:00", **rates) for day in range(7)])
    return replace(dossier, standing=Standing(A_MORNING, papers, law, payer, trailer=trailer), plan=plan)


def lists(setup: Setup) -> list[Row]:
    """A short list, then long ones, after each its rows once more by COPY: what slows one slows the other."""
    folder = setup.folder / "lists"
    folder.mkdir()
    with setup.database() as database, a_still_gate(database.url, installed((SERVICE,)), folder) as gate:
        gate.clock.set(A_MORNING)
        file_list(gate, 0, AT_ONCE)  # warm
        memory.loaded()  # as every process of the gate does
        few = file_list(gate, 1, FEW)
        engine = create_engine(database.owner_url)
        turns = [_list_and_copy(gate, engine, series) for series in range(2, 2 + COPIES)]
        engine.dispose()
    long = [filed for filed, _ in turns]
    return [
        Row(
            "crossings filed from a list",
            median(LINES / filed.seconds for filed in long),
            "lines/s",
            against=median(LINES / seconds for _, seconds in turns),
            ratios=[seconds / filed.seconds for filed, seconds in turns],
            goal=LISTS,
            note=_told(few, *long),
        ),
        Row(
            "memory of a list of 10,000 lines",
            max(filed.mebibytes for filed in long),
            "MiB",
            goal=MOST_MEMORY,
            lower=True,
            of_value=True,
        ),
    ]


def _list_and_copy(gate: StillGate, engine: Engine, series: int) -> tuple[Filed, float]:
    """A long list, and how many seconds its rows take by COPY."""
    clear(engine)
    return file_list(gate, series, LINES), copied(engine)


def _told(*filed: Filed) -> str:
    return "; ".join(
        f"{one.lines} lines in {one.seconds:.1f} s ({one.processor:.1f} s of Python), {one.mebibytes:.0f} MiB at most"
        for one in filed
    )
