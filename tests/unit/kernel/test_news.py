from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bordergate.aggregate import Aggregate
from bordergate.broker import Record
from bordergate.broker.kafka import record_of
from bordergate.broker.readers import whole
from bordergate.errors import Stale
from bordergate.event import Envelope, family
from bordergate.gaps import irregularities
from bordergate.ids import new_id
from bordergate.inbox import Language, UnknownVersion, grouped
from tests.builders.news import Painted, Renamed, a_stream, as_record, enveloped

THING = UUID(int=1)


class Thing(Aggregate):
    def rename(self, label: str) -> None:
        self.record(Renamed(thing=THING, label=label))


def heard(record: object) -> None:
    """A reaction."""


def test_an_envelope_survives_the_wire() -> None:
    sent = enveloped(Renamed(thing=THING, label="Xe số 1"), occurred=new_moment(), causation=uuid4())
    record = as_record(sent)
    assert Envelope.read(record.headers, Renamed.model_validate_json(record.body)) == sent


def new_moment() -> object:
    return enveloped(Renamed(thing=THING, label="x")).time


def test_each_recorded_event_raises_the_version_and_leaves_once() -> None:
    thing = Thing()
    thing.rename("a")
    thing.rename("b")
    assert thing.version == 2
    assert [recorded.event.label for recorded in thing.release()] == ["a", "b"]
    assert thing.release() == []


def test_a_caller_who_looked_at_an_older_version_is_refused() -> None:
    thing = Thing()
    thing.rename("a")
    thing.expect(1)
    thing.expect(None)
    with pytest.raises(Stale) as refused:
        thing.expect(0)
    assert refused.value.details == {"expected": 0, "current": 1}


def test_a_damaged_record_is_told_and_hides_nothing_else_of_the_stream() -> None:
    first, _, third = a_stream(THING, ["a", "b", "c"])
    stray = Record(first.topic, "", {}, b"{")
    unnumbered = Record(first.topic, first.key, {**first.headers, "ce_sequence": "x"}, first.body)
    found = irregularities([stray, first, unnumbered, third])
    assert [(one.key, one.what.partition(":")[0]) for one in found] == [
        ("", "damaged"),
        (str(THING), "damaged"),
        (str(THING), "lost"),
    ]
    assert str(stray.identity) in found[0].what


def test_a_number_far_too_large_is_a_loss_and_not_the_end_of_the_check() -> None:
    (record,) = a_stream(THING, ["a"])
    (found,) = irregularities([Record(record.topic, record.key, {**record.headers, "ce_sequence": "9" * 15}, b"")])
    assert found.what.startswith("lost: [1, 2, ")


def test_what_a_stranger_wrote_is_read_as_far_as_it_is_text() -> None:
    message = SimpleNamespace(
        topic="t.bordergate.x", key=b"\xff\0", headers=[("ce_id", b"\xff"), ("a", None)], value=None
    )
    read = record_of(message, "t.")
    assert (read.topic, read.key, read.headers, read.body) == (
        "bordergate.x",
        "\ufffd\ufffd",
        {"ce_id": "\ufffd", "a": ""},
        b"",
    )
    assert read.identity == record_of(message, "t.").identity


def test_what_is_no_event_is_left_out_when_a_read_model_is_made_anew(caplog: pytest.LogCaptureFixture) -> None:
    records = a_stream(THING, ["a", "b"])
    stray = Record(records[0].topic, "", {}, b"{")
    assert list(whole([records[0], stray, records[1]])) == records
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_an_event_is_frozen() -> None:
    event = Renamed(thing=THING, label="a")
    with pytest.raises(ValidationError):
        event.label = "b"  # type: ignore[misc] # the point of the test


def test_ids_drawn_later_sort_later_and_are_of_version_seven() -> None:
    drawn = [new_id() for _ in range(50)]
    assert {identity.version for identity in drawn} == {7}
    assert [identity.int >> 80 for identity in drawn] == sorted(identity.int >> 80 for identity in drawn)


def test_an_unknown_type_is_skipped_and_an_unknown_version_of_a_known_type_is_not() -> None:
    language = Language({Renamed: heard})
    assert language.read(as_record(enveloped(Painted(thing=THING, colour="red")))) is None
    record = as_record(enveloped(Renamed(thing=THING, label="a")))
    later = {**record.headers, "ce_type": "bordergate.portal.renamed.v2"}
    with pytest.raises(UnknownVersion):
        language.read(type(record)(record.topic, record.key, later, record.body))


def test_a_family_is_the_type_without_its_version() -> None:
    assert family("bordergate.portal.renamed.v12") == "bordergate.portal.renamed"


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=30))
def test_gathering_lists_never_lets_an_event_overtake_another_of_its_key(plan: list[tuple[int, bool]]) -> None:
    events = [
        enveloped(Painted(thing=UUID(int=key), colour=str(n)) if lists else Renamed(thing=UUID(int=key), label=str(n)))
        for n, (key, lists) in enumerate(plan)
    ]
    groups = list(grouped(events, lambda envelope: "painter" if isinstance(envelope.data, Painted) else None))
    flat = [envelope for group in groups for envelope in group]
    assert sorted(flat, key=events.index) == events
    for key in {envelope.data.key for envelope in events}:
        assert [e for e in flat if e.data.key == key] == [e for e in events if e.data.key == key]
    assert all(len({type(e.data) for e in group}) == 1 for group in groups)


def test_a_whole_stream_has_no_irregularity_even_when_events_repeat() -> None:
    records = a_stream(THING, ["a", "b", "c"])
    assert irregularities([*records[:2], *records]) == []


def test_a_planted_loss_and_a_planted_swap_are_found() -> None:
    records = a_stream(THING, ["a", "b", "c"])
    (lost,) = irregularities([records[0], records[2]])
    assert lost.what == "lost: [2]"
    (swapped,) = irregularities([records[1], records[0], records[2]])
    assert swapped.what == "swapped: [2, 1, 3]"
