import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bordergate.runtime import keep_to
from bordergate.settings import BadSetting, Settings
from bordergate.topics import read_topics

ROOT = Path(__file__).parents[3]


def test_every_setting_has_a_working_default() -> None:
    settings = Settings.read({})
    assert settings.origin == "http://localhost:8080"
    assert settings.clock == "real"
    assert settings.caller_keys == Path("var/keys/callers.json").absolute()


def test_the_origin_follows_the_port() -> None:
    assert Settings.read({"BORDERGATE_HTTP_PORT": "9000"}).origin == "http://localhost:9000"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_PORT", "eighty"),
        ("HTTP_PORT", "0"),
        ("CLOCK", "fast"),
        ("ORIGIN", "http://gate.example"),
        ("THREADS", "-1"),
        ("PROCESSOR", "first"),
        ("CUSTOMS_SOURCE", "http://customs.example"),
        ("CUSTOMS_SOURCE", "vnaccs"),
        ("CUSTOMS_SOURCE", "https://[::"),
    ],
)
def test_a_setting_that_cannot_work_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"BORDERGATE_{name}"):
        Settings.read({f"BORDERGATE_{name}": value})


def test_customs_own_system_is_asked_where_it_is_said_and_nowhere_unless_it_is() -> None:
    assert Settings.read({}).customs_source is None
    for said in ("https://vnaccs.example/gate", "https://vnaccs.example/gate/"):
        assert Settings.read({"BORDERGATE_CUSTOMS_SOURCE": said}).customs_source == "https://vnaccs.example/gate/"


def test_a_process_keeps_to_one_of_its_processors_counted_round() -> None:
    usable = sorted(os.sched_getaffinity(0))

    def kept(place: int | None) -> set[int]:
        """What a thread of its own, and so this one not, may use."""
        with ThreadPoolExecutor(1) as thread:
            thread.submit(keep_to, place).result()
            return thread.submit(os.sched_getaffinity, 0).result()

    assert kept(0) == kept(len(usable)) == {usable[0]}
    assert kept(len(usable) - 1) == {usable[-1]}
    assert kept(None) == set(usable)


def test_every_stream_has_twelve_partitions_and_all_but_the_feed_are_kept_for_ever() -> None:
    topics = {topic.name: topic for topic in read_topics(ROOT / "deploy" / "kafka" / "topics.yaml")}
    assert {topic.partitions for topic in topics.values()} == {12}
    feed = topics.pop("bordergate.positions")
    assert feed.settings["retention.ms"] == str(24 * 3600 * 1000)
    assert {topic.settings["retention.ms"] for topic in topics.values()} == {"-1"}
