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


def test_what_is_not_green_is_checked_once_and_may_be_stored_meanwhile() -> None:
    declaration = a_declaration()
    for act in (declaration.check, declaration.store):
        with pytest.raises(NotNow):
            act()
    declaration.choose_channel(Channel.GREEN)
    with pytest.raises(NotNow):
        declaration.check()
    declaration.choose_channel(Channel.RED)
    for act, stage in (
        (declaration.check, Stage.UNDER_CHECK),
        (declaration.store, Stage.RELEASED_TO_STORAGE),
        (declaration.check, Stage.UNDER_CHECK),
    ):
        for _ in range(2):
            act()
            declaration.choose_channel(Channel.RED, simulated=True)
        assert declaration.stage is stage
    with pytest.raises(NotNow):
        declaration.amend("B11", (TILES,))
    declaration.clear()
    assert names(declaration)[3:] == [
        "DeclarationUnderCheck",
        "DeclarationReleasedToStorage",
        "DeclarationUnderCheck",
        "DeclarationCleared",
    ]


def test_what_customs_means_to_look_at_only_customs_cancels() -> None:
    declaration, alone = a_declaration(), []
    for act in (
        lambda: declaration.choose_channel(Channel.GREEN),
        lambda: declaration.choose_channel(Channel.YELLOW),
        lambda: declaration.choose_channel(Channel.RED),
        declaration.check,
        declaration.store,
    ):
        alone.append(declaration.only_customs_cancels)
        act()
    assert [*alone, declaration.only_customs_cancels] == [False, False, True, True, True, True]


@pytest.mark.parametrize("stage", [Stage.UNDER_CHECK, Stage.RELEASED_TO_STORAGE])
def test_another_channel_is_chosen_during_a_check_and_a_declaration_is_cancelled(stage: Stage) -> None:
    changed, cancelled = a_declaration(), a_declaration()
    for declaration in (changed, cancelled):
        declaration.choose_channel(Channel.YELLOW)
        declaration.check() if stage is Stage.UNDER_CHECK else declaration.store()
    changed.choose_channel(Channel.RED)
    cancelled.cancel("nhầm")
    assert (changed.stage, changed.channel, cancelled.stage) == (Stage.CHANNELLED, Channel.RED, Stage.CANCELLED)
