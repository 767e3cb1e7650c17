from __future__ import annotations

from collections.abc import Callable

import pytest

from bordergate.ids import new_id
from events.words import Channel
from services.customs_declarations.domain.declaration import Declaration, Stage
from services.customs_declarations.domain.refusals import NotNow
from services.customs_declarations.domain.simulation import Habits
from tests.builders.customs import DURIAN, EXPORT, TILES, TRADER, a_declaration, a_load

HABITS = Habits(
    on=True, green_percent=60, yellow_percent=30, channel_minutes=3, clear_minutes=dict.fromkeys(Channel, 5)
)


def names(declaration: Declaration) -> list[str]:
    return [type(recorded.event).__name__ for recorded in declaration.release()]


def test_a_declaration_is_registered_channelled_and_cleared() -> None:
    declaration = a_declaration()
    declaration.choose_channel(Channel.YELLOW)
    declaration.clear()
    assert declaration.stage is Stage.CLEARED
    assert names(declaration) == ["DeclarationRegistered", "DeclarationChannelled", "DeclarationCleared"]


def test_the_same_channel_and_clearance_twice_are_said_once() -> None:
    declaration = a_declaration()
    for _ in range(2):
        declaration.choose_channel(Channel.GREEN)
    for _ in range(2):
        declaration.clear()
    assert len(names(declaration)) == 3


def test_an_authority_may_overrule_the_simulation() -> None:
    declaration = a_declaration()
    declaration.choose_channel(Channel.GREEN, simulated=True)
    declaration.choose_channel(Channel.GREEN)
    assert declaration.simulated is False
    assert len(names(declaration)) == 3


def test_an_amended_declaration_needs_a_channel_anew() -> None:
    declaration = a_declaration()
    declaration.choose_channel(Channel.GREEN)
    declaration.amend("B11", (TILES,))
    assert (declaration.stage, declaration.channel, declaration.revision) == (Stage.REGISTERED, None, 2)


@pytest.mark.parametrize(
    "act",
    [
        lambda declaration: declaration.amend("B11", (DURIAN,)),
        lambda declaration: declaration.choose_channel(Channel.RED),
        lambda declaration: declaration.cancel("nhầm"),
    ],
)
def test_what_is_cleared_stays_as_it_is(act: Callable[[Declaration], None]) -> None:
    declaration = a_declaration()
    declaration.choose_channel(Channel.GREEN)
    declaration.clear()
    with pytest.raises(NotNow):
        act(declaration)


def test_nothing_is_cleared_without_a_channel() -> None:
    with pytest.raises(NotNow):
        a_declaration().clear()


def test_a_crossing_s_parties_see_a_declaration_that_an_owner_named_for_it() -> None:
    declaration, carrier = a_declaration(), new_id()
    lent = a_load(EXPORT, parties=[TRADER, carrier], by=carrier)
    own = a_load(EXPORT, parties=[TRADER, carrier], by=TRADER)
    assert (lent.opens(declaration), own.opens(declaration)) == (False, True)
    declaration.admit(own.parties)
    assert carrier in declaration.parties


def test_whom_a_declaration_is_no_longer_shared_with_no_longer_sees_it() -> None:
    carrier, other = new_id(), new_id()
    declaration = a_declaration(shared_with=[carrier, TRADER])
    declaration.share([other])
    assert (declaration.permits(carrier), declaration.permits(other), declaration.permits(TRADER)) == (
        False,
        True,
        True,
    )
    assert set(declaration.parties) == {TRADER, other}
    assert not declaration.permits(None)


def test_simulated_customs_chooses_by_the_number_alone_in_its_shares() -> None:
    numbers = [f"30{serial:010}" for serial in range(2000)]
    first, second = [[HABITS.channel_of(number) for number in numbers] for _ in range(2)]
    assert first == second
    assert 1100 < first.count(Channel.GREEN) < 1300
    assert 500 < first.count(Channel.YELLOW) < 700
