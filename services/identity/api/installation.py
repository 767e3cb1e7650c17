"""What this installation is: a demonstration or not, and how fast a demonstration's clock runs."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Permission, Role
from bordergate.border import Moment
from bordergate.clock import HANOI, Clock, ScaledClock
from bordergate.http import Door, GateRouter
from bordergate.installation import FASTEST, SLOWEST, is_demonstration, set_pace
from services.identity.api.sessions import Strict

router = GateRouter()

SET_CLOCK = Permission("identity.set_clock", every={Role.ADMIN})


class InstallationView(BaseModel):
    """Whether all here is invented, what time it is at the border, and how many of its seconds pass in a real one.

    `today` is the Hà Nội day.
    """

    demonstration: bool
    now: datetime
    today: date
    speed: float


class NewPace(Strict):
    """Another speed, and for the start of a simulated day another time; in force three seconds from now."""

    speed: float = Field(ge=SLOWEST, le=FASTEST)
    domain_at: Moment | None = None


class PaceView(BaseModel):
    """From `real_at` on, the border's time starts at `domain_at` and runs `speed` times as fast as the real one."""

    speed: float
    real_at: datetime
    domain_at: datetime


@router.get("/installation", public="pages say whether time is real", response_model=InstallationView)
def get_installation(door: Door) -> Response:
    """A demonstration or a real gate, and its clock."""
    now, speed = door.clock.now(), speed_of(door.clock)

    def look(session: Session) -> InstallationView:
        invented = is_demonstration(session.connection())
        return InstallationView(demonstration=invented, now=now, today=now.astimezone(HANOI).date(), speed=speed)

    return door.look(look)


@router.put("/clock", permission=SET_CLOCK, response_model=PaceView)
def put_clock(body: NewPace, door: Door) -> Response:
    """Let a demonstration's clock run at another speed; a real gate's clock is refused."""

    def work(session: Session) -> PaceView:
        pace = set_pace(session.connection(), body.speed, body.domain_at)
        return PaceView(speed=pace.speed, real_at=pace.real_at, domain_at=pace.domain_at)

    return door.run(work)


def speed_of(clock: Clock) -> float:
    """How many of the clock's seconds pass in a real one."""
    return clock.speed() if isinstance(clock, ScaledClock) else 1.0
