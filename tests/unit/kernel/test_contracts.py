from pathlib import Path

import pytest

import events
from bordergate.contracts import events_of, generated, incompatible

RELEASED = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}


def test_the_committed_contracts_are_what_the_events_generate() -> None:
    folder = Path(next(iter(events.__path__)))
    files = generated(events)
    assert len(files) > 30
    stale = [name for name, content in files.items() if (folder / name).read_text(encoding="utf-8") != content]
    assert stale == []


def test_every_event_names_its_service_and_version_and_says_what_it_means() -> None:
    for event in events_of(events):
        service, _, rest = event.name.partition(".")
        assert event.__module__ == f"events.{service}"
        assert rest.rpartition(".v")[2].isdecimal()
        assert event.__doc__


def test_an_optional_field_may_be_added() -> None:
    now = RELEASED | {"properties": RELEASED["properties"] | {"c": {"type": "string", "default": "x"}}}
    assert list(incompatible(RELEASED, now)) == []


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (RELEASED | {"required": ["a", "b"]}, "$: newly required: b"),
        (RELEASED | {"properties": {"a": {"type": "string"}}}, "$.b: gone"),
        (
            RELEASED | {"properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}},
            "$.a: type was string, is integer",
        ),
    ],
)
def test_a_broken_promise_is_named(now: dict[str, object], reason: str) -> None:
    assert list(incompatible(RELEASED, now)) == [reason]


def test_a_word_that_is_gone_is_a_broken_promise() -> None:
    assert list(incompatible({"enum": ["A", "B"]}, {"enum": ["A"]})) == ["$: words gone: B"]
