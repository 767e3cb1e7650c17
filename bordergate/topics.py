"""Streams on the broker, made and kept as `topics.yaml` says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import TopicAlreadyExistsError

from bordergate.broker import PARTITIONS


class TopicsDiffer(Exception):
    """A topic exists with another number of partitions; the order of its keys would break if it were changed."""


@dataclass(frozen=True)
class Topic:
    """One stream: its partitions are for ever, its settings may change."""

    name: str
    partitions: int
    replication: int = 1
    settings: dict[str, str] = field(default_factory=dict)


def read_topics(path: Path) -> list[Topic]:
    """The topics a file lists under `topics`, each on top of its `defaults`."""
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    defaults = told.get("defaults", {})
    return [
        Topic(
            name=entry["name"],
            partitions=int(entry.get("partitions", defaults.get("partitions", PARTITIONS))),
            replication=int(entry.get("replication", defaults.get("replication", 1))),
            settings={
                name: str(value) for name, value in (defaults.get("config", {}) | entry.get("config", {})).items()
            },
        )
        for entry in told["topics"]
    ]


def apply_topics(bootstrap: str, topics: list[Topic], prefix: str = "") -> Iterator[str]:
    """Make what is missing, yielding a line a topic; raises TopicsDiffer."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        present = set(admin.list_topics())
        for topic in topics:
            name = prefix + topic.name
            if name in present:
                _same_partitions(admin, name, topic.partitions)
                yield f"{name}: there"
            else:
                _create(admin, name, topic)
                yield f"{name}: made, {topic.partitions} partitions"
    finally:
        admin.close()


def _create(admin: Any, name: str, topic: Topic) -> None:  # noqa: ANN401 - kafka-python is untyped
    new = NewTopic(
        name, num_partitions=topic.partitions, replication_factor=topic.replication, topic_configs=topic.settings
    )
    try:
        admin.create_topics([new])
    except TopicAlreadyExistsError:
        _same_partitions(admin, name, topic.partitions)


def _same_partitions(admin: Any, name: str, partitions: int) -> None:  # noqa: ANN401 - kafka-python is untyped
    (described,) = admin.describe_topics([name])
    found = len(described["partitions"])
    if found != partitions:
        raise TopicsDiffer(f"{name} has {found} partitions, not {partitions}.")
