"""Customs: crossings assessed as they are heard of, among few declarations and many; judged anew; rules alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from statistics import median

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from bordergate.event import Actor, ActorKind, Envelope
from bordergate.ids import new_id
from bordergate.law import FIRST
from bordergate.service import installed
from events.vehicle_registration import CrossingSubmitted
from events.words import Direction
from services.customs_declarations import commands, reactions
from services.customs_declarations.commands import FileDeclaration
from services.customs_declarations.domain.declaration import Declaration
from services.customs_declarations.domain.load import Load
from services.customs_declarations.domain.rules import CROSSING_RULES, FILING_RULES, GOODS_RULES, Filed, broken_by
from tests.bench.rows import Row, Setup
from tests.builders.clock import A_MORNING
from tests.builders.customs import FULL, LISTS, NUMBERS, TRADER, a_declaration, a_load, some_papers
from tests.builders.statements import a_filing
from tests.gates import StillGate, a_still_gate, load_all

SERVICE = "customs_declarations"
POLL, POLLS, WARM_UP = 200, 5, 1
FEW_STORED, MANY_STORED = 1_000, 100_000
JUDGED = 2.0
GROWTH = 1.3
STORED = """\
WITH filed AS (
  INSERT INTO customs_declarations.declarations (id, number, type_code, direction, declarant, trader, lines, filed_at,
    shared_with, parties, stage, simulated, by_number, holds_number, revision, version)
  SELECT gen_random_uuid(), '301' || lpad(n::text, 9, '0'), type_code, direction, declarant, trader, lines, filed_at,
    shared_with, parties, 'CLEARED', simulated, by_number, true, revision, version
  FROM (SELECT * FROM customs_declarations.declarations LIMIT 1) AS one, generate_series(%s::int, %s::int) AS n
  RETURNING number),
carried AS (
INSERT INTO customs_declarations.loads (crossing_id, direction, parties, numbers, claims, named_by, declared_empty,
  two_way, shares, holds, gone, active, version)
SELECT gen_random_uuid(), 'EXPORT', '{}', ARRAY[number], '{}', '{}', false, false, '[]', '[]', true, false, 1 FROM filed
RETURNING numbers[1], crossing_id)
INSERT INTO customs_declarations.namings SELECT * FROM carried
"""


def run(setup: Setup) -> list[Row]:
    """Assessments among few and among many, then once more for another law, and rules alone."""
    folder = setup.folder / "customs"
    folder.mkdir()
    with setup.database() as database, a_still_gate(database.url, installed((SERVICE,)), folder) as gate:
        gate.clock.set(A_MORNING)
        load_all(gate.gate)
        numbers = _numbers()
        owner = create_engine(database.owner_url)
        _heard(gate, numbers, WARM_UP)
        _store(owner, 1, FEW_STORED)
        few = _heard(gate, numbers, POLLS)
        _store(owner, FEW_STORED + 1, MANY_STORED)
        many = _heard(gate, numbers, POLLS)
        owner.dispose()
        anew, seconds = _judged_anew(gate)
    return [
        Row("crossings assessed by customs as it hears of them", few, "crossings/s"),
        Row(
            f"the same among {MANY_STORED:,} stored, not {FEW_STORED:,}",
            1_000 / many,
            "ms each",
            against=1_000 / few,
            goal=GROWTH,
            lower=True,
        ),
        Row("crossings judged anew for another law", anew / seconds, "crossings/s"),
        _rules(),
    ]


def _numbers() -> Iterator[str]:
    yield from (f"302{serial:09}" for serial in range(1, 10**9))


def _store(owner: Engine, first: int, last: int) -> None:
    with owner.begin() as connection:
        connection.exec_driver_sql(STORED, (first, last))
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def _heard(gate: StillGate, numbers: Iterator[str], polls: int) -> float:
    """Crossings a second, each with a declaration of its own that is filed already."""
    rates = []
    for _ in range(polls):
        named = [next(numbers) for _ in range(POLL)]
        gate.do(SERVICE, _filing(gate, named))
        heard = [_submitted(number) for number in named]
        started = time.perf_counter()
        gate.do(SERVICE, lambda session, heard=heard: reactions.follow_crossings(heard, session, gate.clock))
        rates.append(POLL / (time.perf_counter() - started))
    return median(rates)


def _filing(gate: StillGate, named: list[str]) -> Callable[[Session], None]:
    def work(session: Session) -> None:
        for number in named:
            papers = some_papers(number, lines=(FULL,))
            commands.file_declaration(FileDeclaration(papers, TRADER, TRADER), session, gate.clock)

    return work


def _submitted(number: str) -> Envelope[CrossingSubmitted]:
    filing = a_filing(Direction.EXPORT, declarations=(number,), parties=(TRADER,))
    actor = Actor(kind=ActorKind.PERSON, id="trader", organisation=TRADER)
    event = CrossingSubmitted(crossing_id=new_id(), filing=filing)
    return Envelope(new_id(), "/services/vehicle_registration", 1, A_MORNING, actor, event)


def _judged_anew(gate: StillGate) -> tuple[int, float]:
    """How many crossings not at the gate yet were judged anew, and in how many seconds."""
    started = time.perf_counter()
    gate.do(SERVICE, lambda session: commands.judge_anew(FIRST, session, gate.clock))
    gate.settle()
    seconds = time.perf_counter() - started
    waiting = "SELECT count(*) FROM customs_declarations.loads WHERE active AND came_on IS NULL"
    return gate.rows(SERVICE, waiting)[0][0], seconds


def _rules() -> Row:
    """All rules of customs, on one processor, for a declaration that has everything the law asks for."""
    declared = a_declaration(some_papers(lines=(FULL,)))
    filed, load = Filed(declared.papers, LISTS), a_load(declared.number)
    each = len(FILING_RULES) + len(CROSSING_RULES) + len(GOODS_RULES)
    judged, used = 0, time.process_time()
    while time.process_time() - used < JUDGED:
        for _ in range(100):
            if broken_by(filed) or _fails(load, declared):
                raise RuntimeError("a declaration without a fault was found faulty")
        judged += 100 * each
    return Row("rules judged by customs on one processor", judged / (time.process_time() - used), "rules/s")


def _fails(load: Load, declared: Declaration) -> bool:
    load.assess({declared.number: declared}, [load], NUMBERS)
    return bool(load.stated and load.stated.failures)
