from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.http.forms import own_path
from bordergate.http.paging import BadCursor, Page, PageRequest, cursor_of, id_of, number_of, place_of, text_of


@given(st.lists(st.text() | st.integers(), min_size=1, max_size=4))
def test_a_cursor_names_the_place_it_was_made_of(place: list[str | int]) -> None:
    assert place_of(cursor_of(place)) == tuple(place)


@given(st.text(max_size=100))
def test_no_text_however_odd_breaks_the_reading_of_a_cursor(text: str) -> None:
    with suppress(BadCursor):
        assert isinstance(place_of(text), tuple)


@pytest.mark.parametrize("place", ["2026-05-04T01:00:00Z", "12C12345", "", 7, 1e300])
def test_a_place_of_another_list_names_no_id(place: object) -> None:
    with pytest.raises(BadCursor):
        id_of(place)


@pytest.mark.parametrize("place", ["7", 7.5, True, 2**63])
def test_a_place_that_is_no_number_of_a_row_is_refused(place: object) -> None:
    with pytest.raises(BadCursor):
        number_of(place)
    assert number_of(7) == 7


@pytest.mark.parametrize("place", [7, "12C\0", "\ud800"])
def test_a_place_that_no_column_can_hold_is_refused(place: object) -> None:
    with pytest.raises(BadCursor):
        text_of(place)
    assert text_of("桂A12345") == "桂A12345"


def test_the_last_page_has_no_next() -> None:
    wanted = PageRequest(limit=2, after=None)
    full = Page[int].of([1, 2, 3], wanted, lambda n: n, lambda n: (n,))
    assert (full.items, place_of(full.next or "")) == ([1, 2], (2,))
    assert Page[int].of([3], wanted, lambda n: n, lambda n: (n,)).next is None


@pytest.mark.parametrize("path", ["/", "/board/hn-1119?x=1", "/a#b"])
def test_a_path_of_this_origin_is_kept(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize("path", ["//x", "https://x", "/\\x", "x", "", None, "/\n/x", "/\u202e"])
def test_a_path_that_leads_elsewhere_is_not(path: str | None) -> None:
    assert own_path(path) is None
