"""How far a reader has heard is told by the ends of the logs it has passed, also when nothing comes."""

from __future__ import annotations

from bordergate.broker.abreast import KEPT, Abreast


def test_a_quiet_log_is_heard_up_to_the_last_look() -> None:
    abreast = Abreast()
    for at in (1.0, 2.0, 3.0):
        abreast.look(at, {0: 7}, {0: 7})
    assert abreast.heard() == {0: 3.0}


def test_a_log_that_grows_as_fast_as_it_is_read_is_heard_up_to_the_last_end_that_was_passed() -> None:
    abreast = Abreast()
    for at in range(1, 6):
        abreast.look(at, {0: 10 * (at - 1)}, {0: 10 * at})
    assert abreast.heard() == {0: 4}


def test_one_that_stands_still_before_its_end_is_heard_no_further() -> None:
    abreast = Abreast()
    abreast.look(1.0, {0: 5}, {0: 5})
    for at in range(2, 2 * KEPT):
        abreast.look(at, {0: 5}, {0: 6})
    assert abreast.heard() == {0: 1.0}


def test_nothing_is_said_of_what_was_not_seen_to_its_end_or_went_to_somebody_else() -> None:
    abreast = Abreast()
    abreast.look(1.0, {0: 5, 1: 0}, {0: 5, 1: 3})
    assert abreast.heard() == {0: 1.0}
    abreast.look(2.0, {1: 3}, {1: 3})
    assert abreast.heard() == {1: 2.0}
