"""Callers of every kind, with tokens that the gate under test accepts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from bordergate.auth import LIFETIME, Caller, KeySetFile, Role, SigningKey, Verifier, key_set, sign
from bordergate.event import ActorKind
from bordergate.ids import new_id

AGES: dict[UUID, timedelta] = {}
"""How long ago each caller's token was issued, whenever it is asked for: a run may take longer than a token lives."""


def a_caller(
    *roles: Role,
    organisation: UUID | None = None,
    routes: frozenset[str] = frozenset(),
    kind: ActorKind = ActorKind.PERSON,
    crossing: UUID | None = None,
    age: timedelta = timedelta(),
) -> Caller:
    """Somebody with these roles, whose token was issued `age` ago."""
    issued, identity = datetime.now(UTC) - age, new_id()
    AGES[identity] = age
    return Caller(
        id=identity,
        kind=kind,
        organisation=organisation,
        roles=frozenset(roles),
        routes=routes,
        session=new_id(),
        issued=issued,
        expires=issued + LIFETIME,
        crossing=crossing,
    )


def a_driver(crossing: UUID) -> Caller:
    """The driver of one crossing."""
    return a_caller(Role.DRIVER, kind=ActorKind.DRIVER, crossing=crossing)


@dataclass
class Issuer:
    """Signs tokens with a key whose public half lies in `folder`, and which identity finds there as its own."""

    folder: Path
    key: SigningKey = field(default_factory=SigningKey.generate)

    def __post_init__(self) -> None:
        private = self.folder / "private"
        private.mkdir(parents=True, exist_ok=True)
        (private / f"{self.key.kid}.pem").write_bytes(self.key.pem())
        self.path.write_text(key_set([self.key]))

    @property
    def path(self) -> Path:
        """The key-set file."""
        return self.folder / "callers.json"

    def verifier(self) -> Verifier:
        """One that accepts its tokens."""
        return Verifier(KeySetFile(self.path))

    def token(self, caller: Caller) -> str:
        """The caller's token, issued as long ago as the caller was made to have it."""
        issued = datetime.now(UTC) - AGES[caller.id] if caller.id in AGES else caller.issued
        return sign(replace(caller, issued=issued, expires=issued + (caller.expires - caller.issued)), self.key)

    def headers(self, caller: Caller, second: Caller | None = None) -> dict[str, str]:
        """What a request of the caller carries, with a second officer's token if the act needs one."""
        given = {"Authorization": f"Bearer {self.token(caller)}"}
        return given | ({"Bordergate-Second": self.token(second)} if second else {})
