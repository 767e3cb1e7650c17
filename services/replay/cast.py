"""Who acts in a simulated day: a plain carrier, a plain trader, and machines for them and for the authorities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.replay.client import Border, Machine

NAMES: Mapping[str, Mapping[str, str]] = {
    "CARRIER": {"vi": "Nhà xe A (mô phỏng)", "zh": "车队 A（模拟）", "en": "Carrier A (simulated)"},
    "TRADER": {"vi": "Công ty thương mại A (mô phỏng)", "zh": "贸易公司 A（模拟）", "en": "Trader A (simulated)"},
}
AUTHORITIES = ("BORDER_GUARD", "CUSTOMS", "YARD")


@dataclass(frozen=True)
class Account:
    """A person's account of the demonstration."""

    role: str
    login: str
    password: str
    organisation: str

    @classmethod
    def read(cls, rows: Sequence[Mapping[str, str]]) -> dict[str, Account]:
        """The first account of each role, from the file that `bordergate demo` writes."""
        accounts = [cls(row["role"], row["login"], row["password"], row["organisation"]) for row in rows]
        return {account.role: account for account in reversed(accounts)}


@dataclass(frozen=True)
class Cast:
    """Everybody who acts; `authorities` are machines by role, `admin` is the administrator's own."""

    carrier_id: str
    trader_id: str
    carrier: Machine
    trader: Machine
    admin: Machine
    authorities: Mapping[str, Machine]

    def machines(self) -> list[Machine]:
        """All machines but the administrator's, which ends the others and itself."""
        return [self.carrier, self.trader, *self.authorities.values()]


async def gather_cast(border: Border, accounts: Mapping[str, Account]) -> Cast:
    """Sign the administrator in, and let him register who is missing."""
    admin = accounts["ADMIN"]
    signed_in = await border.post("/api/identity/sessions", None, {"login": admin.login, "password": admin.password})
    token = signed_in["token"]
    known = await _organisations(border, token)
    carrier, trader = [await _firm(border, token, kind, known) for kind in ("CARRIER", "TRADER")]
    return Cast(
        carrier_id=carrier,
        trader_id=trader,
        carrier=await _machine(border, token, carrier, "CARRIER"),
        trader=await _machine(border, token, trader, "TRADER"),
        admin=await _machine(border, token, admin.organisation, "ADMIN"),
        authorities={role: await _machine(border, token, accounts[role].organisation, role) for role in AUTHORITIES},
    )


async def dismiss(border: Border, cast: Cast) -> None:
    """The day is over: nobody can act in its machines' names any more."""
    for machine in (*cast.machines(), cast.admin):
        await border.post(f"/api/identity/machines/{machine.client_id}/revoke", cast.admin, {})


async def _organisations(border: Border, token: str) -> dict[str, str]:
    found: dict[str, str] = {}
    cursor: str | None = ""
    while cursor is not None:
        page: dict[str, Any] = await border.get("/api/identity/organisations", token, cursor=cursor, limit=200)
        found |= {one["names"]["vi"]: one["id"] for one in page["items"]}
        cursor = page["next"]
    return found


async def _firm(border: Border, token: str, kind: str, known: Mapping[str, str]) -> str:
    names = NAMES[kind]
    if names["vi"] in known:
        return known[names["vi"]]
    body = {"kind": kind, "names": dict(names), "verified": True}
    made = await border.post("/api/identity/organisations", token, body)
    return str(made["id"])


async def _machine(border: Border, token: str, organisation: str, role: str) -> Machine:
    body = {"name": f"replay-day {role}", "organisation": organisation, "roles": [role]}
    made = await border.post("/api/identity/machines", token, body)
    return Machine(made["client_id"], made["client_secret"])
