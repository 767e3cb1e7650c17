"""What the queue says of vehicles and carriers that are not called for a while."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.law import SETTLED
from bordergate.timers import start_timer
from services.vehicle_registration.commands.filing import set_free
from services.vehicle_registration.domain.deadlines import JudgeSanctioned
from services.vehicle_registration.domain.demands import Sanctioned
from services.vehicle_registration.repository.sanctions import concerned_by, drop_sanction, keep_sanction


def heed_sanction(sanction_id: UUID, sanction: Sanctioned, session: Session, clock: Clock) -> None:
    """A vehicle or carrier is sanctioned: its crossings that are not called yet are judged anew."""
    keep_sanction(session, sanction_id, sanction)
    _judge_now_and_once_settled(sanction.carrier, sanction.vehicle, session, clock)


def forget_sanction(sanction_id: UUID, carrier: UUID, vehicle_id: UUID | None, session: Session, clock: Clock) -> None:
    """A sanction is over: who waited for that is judged anew."""
    drop_sanction(session, sanction_id)
    _judge_now_and_once_settled(carrier, vehicle_id, session, clock)


def judge_sanctioned(carrier: UUID, vehicle_id: UUID | None, session: Session, clock: Clock) -> None:
    """The crossings not yet called of a vehicle or carrier are judged anew; what stays is not stated again."""
    set_free(concerned_by(session, carrier, vehicle_id), session, clock)


def _judge_now_and_once_settled(carrier: UUID, vehicle_id: UUID | None, session: Session, clock: Clock) -> None:
    """Who began to be filed before the news and ended after it is not found now."""
    judge_sanctioned(carrier, vehicle_id, session, clock)
    start_timer(session, JudgeSanctioned(carrier=carrier, vehicle_id=vehicle_id), due=clock.now() + SETTLED)
