"""How papers, payers, arrivals and sanctions of crossings stand, all the desk's, in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from services.vehicle_registration.domain.arrival import EARLIEST, LATEST, Margins
from services.vehicle_registration.domain.crossing import Crossing
from services.vehicle_registration.domain.demands import Demand, Law, Payer, Sanctioned, Standing, Validity, day_of
from services.vehicle_registration.domain.plates import PlateCode, codes_on
from services.vehicle_registration.domain.rules import tail_of

STANDINGS = """\
WITH named AS MATERIALIZED (SELECT * FROM vehicle_registration.trailers WHERE tail = ANY(%s))
SELECT (SELECT jsonb_agg(to_jsonb(v)) FROM vehicle_registration.validities v
         WHERE v.holder = ANY(%b::uuid[] || ARRAY(SELECT vehicle_id FROM named))),
       (SELECT jsonb_agg(to_jsonb(d)) FROM vehicle_registration.demands d),
       (SELECT jsonb_agg(to_jsonb(o)) FROM vehicle_registration.organisations o WHERE o.id = ANY(%s::uuid[])),
       (SELECT jsonb_agg(to_jsonb(t)) FROM named t),
       (SELECT jsonb_agg(to_jsonb(p)) FROM vehicle_registration.plate_provinces p WHERE p.code = ANY(%s)),
       (SELECT jsonb_object_agg(n.name, n.value) FROM vehicle_registration.numbers n WHERE n.name = ANY(%s)
         AND n.valid_from <= %s AND (n.valid_to IS NULL OR n.valid_to > %s)),
       (SELECT jsonb_agg(to_jsonb(s) ORDER BY s.until) FROM vehicle_registration.sanctions s
         WHERE s.vehicle_id = ANY(%b::uuid[]) OR (s.vehicle_id IS NULL AND s.carrier = ANY(%s::uuid[])))
"""


def standings_of(session: Session, filed: Sequence[Crossing], now: datetime) -> dict[UUID, Standing]:
    """How the papers and the payer of each crossing stand: all the desk's, whoever has them assessed."""
    if not filed:
        return {}
    told = _told(session.connection().exec_driver_sql(STANDINGS, _asked(filed, now)).one())
    same = Standing(now, law=told.law, plates=told.plates, margins=told.margins)
    return {one.id: _standing(one, same, told) for one in filed}


def _asked(filed: Sequence[Crossing], now: datetime) -> tuple[object, ...]:
    """The values of STANDINGS, in their order."""
    filings = [one.filing for one in filed]
    vehicles = list({filing.vehicle_id for filing in filings})
    holders = [*vehicles, *{filing.driver_id for filing in filings if filing.driver_id}]
    hauled = list({tail_of(filing.trailer) for filing in filings if filing.trailer})
    payers, carriers = list({filing.trader for filing in filings}), list({filing.carrier for filing in filings})
    day = day_of(now)
    return hauled, holders, payers, codes_on(filed), [EARLIEST, LATEST], day, day, vehicles, carriers


class _Told(NamedTuple):
    """What is known of all that some crossings name; sanctions by whom they are on, the one that lasts longest."""

    papers: Mapping[UUID, Sequence[Validity]]
    law: Law
    payers: Mapping[UUID, Payer]
    trailers: Mapping[tuple[UUID, str], UUID]
    plates: Sequence[PlateCode]
    margins: Margins | None
    sanctions: Mapping[UUID, Sanctioned]


def _told(row: Sequence[Any]) -> _Told:
    """What the one row of STANDINGS says."""
    validities, demands, payers, trailers, plates, numbers, sanctions = row
    papers: dict[UUID, list[Validity]] = defaultdict(list)
    for paper in map(Validity.read, validities or ()):
        papers[paper.holder].append(paper)
    return _Told(
        papers=papers,
        law=Law(Demand.read(one) for one in demands or ()),
        payers={UUID(one["id"]): Payer.read(one) for one in payers or ()},
        trailers={(UUID(one["carrier"]), one["tail"]): UUID(one["vehicle_id"]) for one in trailers or ()},
        plates=[PlateCode.read(one) for one in plates or ()],
        margins=Margins.of(numbers),
        sanctions={one.on: one for one in map(Sanctioned.read, sanctions or ())},
    )


def _standing(crossing: Crossing, same: Standing, told: _Told) -> Standing:
    """What is the crossing's own, beside what is the same for all."""
    filing = crossing.filing
    trailer = told.trailers.get((filing.carrier, tail_of(filing.trailer))) if filing.trailer else None
    holders = (filing.vehicle_id, filing.driver_id, trailer)
    held = [told.sanctions[one] for one in (filing.vehicle_id, filing.carrier) if one in told.sanctions]
    return replace(
        same,
        papers=[paper for holder in holders if holder for paper in told.papers.get(holder, ())],
        payer=told.payers.get(filing.trader),
        trailer=trailer,
        country=crossing.country,
        vehicle_type=crossing.vehicle_type,
        sanction=max(held, key=lambda sanction: sanction.until, default=None),
    )
