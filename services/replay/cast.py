"""Who acts in a simulated day: machines of the demonstration's carrier, its trader and its authorities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.replay.client import Border, Machine

NAMED = "replay-day "
MOST_MACHINES = 200
PARAMETERS = "/api/queue-scheduling/reference"
CARRIER_RULE = "sanction_carrier_no_shows"
NEVER = 1_000_000
SET_ASIDE = "the demonstration: its one carrier has all of the province's trucks"
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
    """Sign the administrator in, and let him make machines for the demonstration's own firms and authorities.

    One day runs at a time: the machines of a day that was killed are dismissed first.
    """
    admin = accounts["ADMIN"]
    signed_in = await border.post("/api/identity/sessions", None, {"login": admin.login, "password": admin.password})
    token = signed_in["token"]
    await dismiss_left_behind(border, token)
    await count_nothing_against(border, token)
    carrier, trader = (accounts[role].organisation for role in ("CARRIER", "TRADER"))
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


async def dismiss_left_behind(border: Border, token: str) -> None:
    """Nobody acts in the names of a day that ended without a word."""
    cursor: str | None = ""
    while cursor is not None:
        page = await border.get("/api/identity/machines", token, limit=MOST_MACHINES, cursor=cursor)
        for machine in page["items"]:
            if machine["name"].startswith(NAMED) and not machine["revoked"]:
                await border.post(f"/api/identity/machines/{machine['id']}/revoke", token, {})
        cursor = page["next"]


async def count_nothing_against(border: Border, token: str) -> None:
    """Here one carrier has all of the province's trucks: from a day that was killed hundreds never come.

    So that the next day may still be driven, the law by which a carrier is sanctioned for that is set aside.
    """
    told = await border.get(f"{PARAMETERS}/parameters", token, text=CARRIER_RULE)
    (row,) = [row for row in told["rows"] if row["name"] == CARRIER_RULE and row["valid_to"] is None]
    if row["value"] < NEVER:
        new = row | {"value": NEVER, "valid_from": told["today"], "source": SET_ASIDE, "illustrative": True}
        await border.post(f"{PARAMETERS}/parameters/activate", token, {"rows": [new], "seen": told["seen"]})


async def _machine(border: Border, token: str, organisation: str, role: str) -> Machine:
    body = {"name": f"{NAMED}{role}", "organisation": organisation, "roles": [role]}
    made = await border.post("/api/identity/machines", token, body)
    return Machine(made["client_id"], made["client_secret"])
