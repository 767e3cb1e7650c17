from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import Type, extract_parameters

from bordergate.auth import Role
from bordergate.ids import new_id
from events.words import OrganisationKind
from services.identity.domain import (
    OFFICERS,
    ROLES_OF,
    BadLink,
    Device,
    DriverLink,
    Invitation,
    Organisation,
    RoleNotForKind,
    SessionOver,
    SignedSession,
    Subject,
    WeakPassword,
    allowed_roles,
    plain_login,
    refuse_weak,
    wait_after,
)
from services.identity.passwords import fits, hashed, nobody

NOW = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
NAMES = {"vi": "Nhà xe mẫu B", "zh": "示例车队 B"}


def test_an_organisation_states_ids_and_kind_and_never_a_name() -> None:
    organisation = Organisation(OrganisationKind.CARRIER, NAMES, None, NOW)
    organisation.verify()
    organisation.verify()
    recorded = [waiting.event for waiting in organisation.release()]
    assert [event.name for event in recorded] == [
        "identity.organisation_registered.v1",
        "identity.organisation_verified.v1",
    ]
    assert all("mẫu" not in event.model_dump_json() for event in recorded)
    assert organisation.names()["en"] == NAMES["vi"]


def test_a_device_is_revoked_once() -> None:
    device = Device("861234567890123", new_id(), new_id(), NOW)
    device.revoke(NOW)
    device.revoke(NOW + timedelta(hours=1))
    assert (device.revoked_at, device.version) == (NOW, 2)


def test_an_invitation_is_used_once_within_a_day() -> None:
    with pytest.raises(BadLink):
        Invitation(b"", new_id(), NOW).use(NOW + timedelta(hours=24))
    invitation = Invitation(b"", new_id(), NOW)
    invitation.use(NOW + timedelta(hours=23))
    with pytest.raises(BadLink):
        invitation.use(NOW + timedelta(hours=23))


def test_a_session_ends_idle_or_old_or_by_sign_out() -> None:
    def a_session() -> SignedSession:
        return SignedSession(b"", Subject.PERSON, new_id(), NOW)

    kept = a_session()
    for hours in range(10, 170, 10):  # never idle, the last time eight hours before the end
        kept.renew(NOW + timedelta(hours=hours))
    with pytest.raises(SessionOver):
        kept.renew(NOW + timedelta(days=7))
    with pytest.raises(SessionOver):
        a_session().renew(NOW + timedelta(hours=12))
    left = a_session()
    left.end(NOW)
    with pytest.raises(SessionOver):
        left.renew(NOW)


def test_a_drivers_link_holds_fifteen_days_unless_revoked() -> None:
    link = DriverLink(b"", new_id(), [new_id()], NOW)
    link.open(NOW + timedelta(days=14))
    assert link.crossing_id in link.parties
    with pytest.raises(BadLink):
        link.open(NOW + timedelta(days=15))
    link.revoke(NOW)
    with pytest.raises(BadLink):
        link.open(NOW)


def test_each_kind_of_organisation_has_its_own_roles() -> None:
    assert allowed_roles([Role.CARRIER, Role.CARRIER], OrganisationKind.CARRIER) == [Role.CARRIER]
    for kind, roles in ROLES_OF.items():
        for role in frozenset(Role) - roles:
            with pytest.raises(RoleNotForKind):
                allowed_roles([role], kind)
    assert all(not roles & OFFICERS for kind, roles in ROLES_OF.items() if kind is not OrganisationKind.AUTHORITY)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        (" Lan@Nha-Xe.Example ", "lan@nha-xe.example"),
        ("+84 912 345 678", "0912345678"),
        ("0912.345.678", "0912345678"),
        ("+86 138-0013-8000", "+8613800138000"),
    ],
)
def test_a_login_is_one_however_it_is_typed(typed: str, plain: str) -> None:
    assert plain_login(typed) == plain


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaa", "lan@nha-xe.example1"])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        refuse_weak(password, "lan@nha-xe.example")


def test_the_wait_doubles_and_never_exceeds_fifteen_minutes() -> None:
    waits = [wait_after(failures, free=5).total_seconds() for failures in range(4, 30)]
    assert waits[:5] == [0, 0, 2, 4, 8]
    assert waits == sorted(waits)
    assert max(waits) == 900


def test_a_password_fits_its_own_hash_only_and_nobodys_never() -> None:
    known = hashed("a long enough password")
    assert fits("a long enough password", known)
    assert not fits("another password", known)
    assert not fits("a long enough password", None)


def test_an_unknown_login_is_hashed_with_the_same_work_as_a_known_one() -> None:
    known, unknown = (extract_parameters(stored) for stored in (hashed("a long enough password"), nobody()))
    assert known == unknown
    assert (known.type, known.memory_cost, known.time_cost) == (Type.ID, 19 * 1024, 2)
