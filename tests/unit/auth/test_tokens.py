from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import jwt
import pytest

from bordergate.auth import BadToken, KeySetFile, Role, SigningKey, Verifier, key_set, sign
from bordergate.ids import new_id
from tests.builders.callers import Issuer, a_caller, a_driver


def test_a_token_says_who_asks(tmp_path: Path) -> None:
    issuer = Issuer(tmp_path)
    for caller in (a_caller(Role.ADMIN, organisation=new_id(), routes=frozenset({"hn-1119"})), a_driver(new_id())):
        read = issuer.verifier().caller_of(issuer.token(caller))
        assert (read.id, read.kind, read.organisation, read.crossing) == (
            caller.id,
            caller.kind,
            caller.organisation,
            caller.crossing,
        )
        assert (read.roles, read.routes, read.session) == (caller.roles, caller.routes, caller.session)


def test_a_token_ends_after_ten_minutes_even_when_remembered(tmp_path: Path) -> None:
    issuer = Issuer(tmp_path)
    verifier = issuer.verifier()
    almost_over = issuer.token(a_caller(Role.ADMIN, age=timedelta(minutes=10) - timedelta(seconds=2)))
    assert verifier.caller_of(almost_over)
    with pytest.raises(BadToken):
        verifier.caller_of(issuer.token(a_caller(Role.ADMIN, age=timedelta(minutes=10, seconds=1))))


def test_a_token_of_another_key_or_algorithm_is_refused(tmp_path: Path) -> None:
    issuer = Issuer(tmp_path)
    caller = a_caller(Role.ADMIN)
    forged = sign(caller, SigningKey(issuer.key.kid, SigningKey.generate().private))
    unsigned = jwt.encode({"sub": str(caller.id)}, "", algorithm="none", headers={"kid": issuer.key.kid})
    shared = jwt.encode({"sub": str(caller.id)}, "x" * 64, algorithm="HS256", headers={"kid": issuer.key.kid})
    whole = issuer.token(caller)
    for token in (forged, unsigned, shared, whole[:-4] + "AAAA", "", "a.b.c", "é"):
        with pytest.raises(BadToken):
            issuer.verifier().caller_of(token)


def test_a_new_key_is_found_without_a_restart_and_two_hold_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "callers.json"
    old, new = SigningKey.generate(), SigningKey.generate()
    path.write_text(key_set([old]))
    elapsed = [0.0]
    verifier = Verifier(KeySetFile(path, lambda: elapsed[0]))
    caller = a_caller(Role.ADMIN)
    assert verifier.caller_of(sign(caller, old))
    path.write_text(key_set([old, new]))
    with pytest.raises(BadToken):
        verifier.caller_of(sign(caller, new))
    elapsed[0] = 2.0
    assert verifier.caller_of(sign(caller, new))
    assert verifier.caller_of(sign(a_caller(Role.ADMIN), old))


def test_a_key_survives_being_stored() -> None:
    key = SigningKey.generate()
    assert SigningKey.read(key.kid, key.pem()).published() == key.published()
