"""A firm, its trucks and the authorities, on their way through a whole gate over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from bordergate.auth import Caller, Role
from bordergate.ids import new_id
from events.gate_operations import Authority, FactKind
from events.words import Direction
from tests.builders.callers import a_caller
from tests.builders.clock import FakeClock
from tests.builders.gate import WAYS
from tests.gates import Asking, RunningGate, StillGate

REGISTRATION = "/api/vehicle-registration"
QUEUE = "/api/queue-scheduling"
GATE = "/api/gate-operations"
CUSTOMS = "/api/customs-declarations"
ROUTE = "hn-1119"
Stated = tuple[Authority, dict[str, Any]]


@dataclass
class Travellers:
    """One firm that trades and carries, and officers of every role; `let_happen` lets news and timers run."""

    gate: StillGate | RunningGate
    clock: FakeClock
    let_happen: Callable[[Callable[[], Any]], Any]
    organisation: UUID = field(default_factory=new_id)
    plates: int = 10_000

    @property
    def firm(self) -> Asking:
        """The firm's requests, in every role it has."""
        return self.gate.as_(a_caller(Role.CARRIER, Role.TRADER, Role.AGENT, organisation=self.organisation))

    def officer(self, role: Role, second: Caller | None = None) -> Asking:
        """An officer's requests."""
        return self.gate.as_(a_caller(role, organisation=UUID(int=7)), second)

    def truck(self) -> str:
        """A truck made known; its id."""
        self.plates += 1
        body = {
            "plate": f"12C{self.plates}",
            "country": "VN",
            "vehicle_type": "VT4",
            "axles": 2,
            "tare_kg": 7_000,
            "gross_kg": 15_000,
        }
        answer = self.firm.post(f"{REGISTRATION}/vehicles", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def files(self, direction: Direction, **changes: Any) -> UUID:  # noqa: ANN401 - any field
        """A crossing filed and submitted, empty unless it has declarations."""
        plan = {
            "route": ROUTE,
            "direction": direction,
            "window_from": self.clock.now().isoformat(),
            "window_to": (self.clock.now() + timedelta(hours=10)).isoformat(),
            "vehicle_id": self.truck(),
            "declared_empty": "declarations" not in changes,
        } | changes
        answer = self.firm.post(f"{REGISTRATION}/registrations", json={"crossings": [plan], "submit": True})
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["crossings"][0]["id"])

    def declares(self, direction: Direction, serial: int = 1) -> str:
        """A declaration of durian (export) or of machines (import), filed under a number of its own; the number."""
        outward = direction is Direction.EXPORT
        body = {
            "number": f"{30 if outward else 10}{serial:010d}",
            "type_code": "B11" if outward else "A11",
            "direction": direction,
            "lines": [{"hs_code": "08106000" if outward else "84314990", "weight_kg": 18_000}],
        }
        answer = self.firm.post(f"{CUSTOMS}/declarations", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["number"])

    def is_called(self, crossing: UUID) -> dict[str, Any]:
        """The ticket, once the system has called the truck."""

        def called() -> dict[str, Any] | None:
            self.clock.forward(minutes=1)
            answer = self.firm.get(f"{QUEUE}/tickets/{crossing}")
            told: dict[str, Any] = answer.json()
            return told if answer.status_code == 200 and told["stage"] == "CALLED" else None

        ticket: dict[str, Any] = self.let_happen(called)
        return ticket

    def the_way(self, direction: Direction) -> list[Stated]:
        """What the authorities will state of a truck that goes the whole way, each with who states it."""
        start = self.clock.now()
        return [(who, self.a_fact(kind, start, 3 * step)) for step, (kind, who) in enumerate(WAYS[direction], 1)]

    def a_fact(self, kind: FactKind, start: Any, after: float) -> dict[str, Any]:  # noqa: ANN401 - an instant
        """A fact as it is posted."""
        return {"fact_id": str(new_id()), "kind": kind, "at": (start + timedelta(minutes=after)).isoformat()}

    def states(self, crossing: UUID, stated: Stated) -> None:
        """An authority states a fact."""
        authority, fact = stated
        answer = self.officer(Role(authority.value)).post(f"{GATE}/crossings/{crossing}/facts", json=fact)
        assert answer.status_code == 201, answer.text

    def end_of(self, crossing: UUID) -> dict[str, Any]:
        """Where the crossing stands, as each service that keeps it knows: the same end, told by all of them."""
        ticket = self.firm.get(f"{QUEUE}/tickets/{crossing}").json()
        passage = self.firm.get(f"{GATE}/crossings/{crossing}").json()
        files = self.gate.rows("portal", "SELECT state FROM portal.crossings WHERE crossing_id = %s", crossing)
        return {
            "ticket": ticket.get("stage"),
            "gate": passage.get("stage"),
            "file": files[0].state if files else None,
        }


ENDED = {"ticket": "SERVED", "gate": "COMPLETED", "file": "COMPLETED"}
