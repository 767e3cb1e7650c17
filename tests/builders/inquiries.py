"""Customs' own system as tests have it: what it says is written by the test, or simulated on a port."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bordergate.auth import Role
from services.customs_declarations.domain.inquiry import NOT_KNOWN, Reply
from services.customs_declarations.source.desk import InquiryDesk
from services.customs_declarations.source.vnaccs import Vnaccs
from services.simulated_vnaccs.world import SimulatedVnaccs
from tests.builders.clock import FakeClock
from tests.builders.customs import EXPORT
from tests.gates import StillGate, lent

if TYPE_CHECKING:
    from tests.integration.customs_declarations.conftest import Office

API = "/api/customs-declarations"


@dataclass
class Scripted:
    """A source that answers what the test has it say, and sees whether anybody holds a connection meanwhile."""

    gate: StillGate
    says: Reply = NOT_KNOWN
    asked: list[str] = field(default_factory=list)
    name: str = "vnaccs"

    def fetch(self, number: str) -> Reply:
        assert lent(self.gate.gate.engine) == 0
        self.asked.append(number)
        return self.says

    def close(self) -> None:
        self.name = "closed"


@dataclass
class Desk:
    """The worker's desk, its source, and real time."""

    office: Office
    source: Scripted
    real: FakeClock

    def worker(self) -> InquiryDesk:
        return InquiryDesk(self.office.gate.gate, self.source, self.real)

    def asks(self, says: Reply | None = None, after: timedelta = timedelta(minutes=10)) -> None:
        """Time passes, and everything that is due is asked for."""
        self.source.says = says or self.source.says
        self.real.set(self.real.now() + after)
        worker = self.worker()
        while worker.step():
            pass
        self.office.gate.settle()

    def states(self, number: str = EXPORT, **parts: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
        answer = self.office.desk().post(f"{API}/declarations/by-number", json={"number": number} | parts)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        self.office.gate.settle()
        return told

    def sees(self, declaration: dict[str, Any], more: str = "", role: Role = Role.TRADER) -> dict[str, Any]:
        answer = self.office.desk(role).get(f"{API}/declarations/{declaration['id']}{more}")
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def acts(self, declaration: dict[str, Any]) -> list[str]:
        return [one["act"] for one in self.sees(declaration, "/history")["items"]]

    def stands(self) -> dict[str, Any]:
        told: dict[str, Any] = self.office.desk(Role.CUSTOMS).get(f"{API}/source").json()
        return told


@dataclass
class Line:
    """Simulated VNACCS on a port, and the adapter that asks it."""

    vnaccs: SimulatedVnaccs
    address: str

    def asked(self, number: str = EXPORT, patience: float = 10) -> Reply:
        with closing(Vnaccs(self.address, altogether=patience)) as source:
            return source.fetch(number)
