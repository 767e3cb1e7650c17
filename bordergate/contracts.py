"""The published language as files: JSON Schemas and AsyncAPI, generated, committed, and held compatible."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from bordergate.event import Event, described

GROUP = "bordergate.events"


def language() -> ModuleType:
    """The installed package of events."""
    (entry,) = entry_points(group=GROUP)
    package: ModuleType = entry.load()
    return package


def events_of(package: ModuleType) -> list[type[Event]]:
    """Every event class that has a name, sorted by it."""
    found = {}
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        for _, thing in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(thing, Event) and "name" in vars(thing):
                found[thing.name] = thing
    return [found[name] for name in sorted(found)]


def generated(package: ModuleType) -> dict[str, str]:
    """The files that the events as they are now would have, by path below the package."""
    events = events_of(package)
    files = {
        f"schemas/{event.name}.json": json.dumps(described(event), indent=1, sort_keys=True) + "\n" for event in events
    }
    files["asyncapi.yaml"] = yaml.safe_dump(_asyncapi(events), sort_keys=False, allow_unicode=True)
    return files


def _asyncapi(events: list[type[Event]]) -> dict[str, Any]:
    topics: dict[str, list[type[Event]]] = defaultdict(list)
    for event in events:
        topics[event.topic].append(event)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Bordergate events", "version": "1", "description": "CloudEvents 1.0, Kafka binary mode."},
        "channels": {
            topic: {
                "address": topic,
                "messages": {event.name: {"$ref": f"#/components/messages/{event.name}"} for event in topics[topic]},
            }
            for topic in sorted(topics)
        },
        "components": {
            "messages": {
                event.name: {
                    "name": event.type(),
                    "summary": inspect.getdoc(event),
                    "contentType": "application/json",
                    "payload": {"$ref": f"schemas/{event.name}.json"},
                }
                for event in events
            }
        },
    }


def incompatible(released: dict[str, Any], now: dict[str, Any], at: str = "$") -> Iterator[str]:
    """Why a reader or writer of the released schema would break; nothing when it would not."""
    if released.get("type") != now.get("type") or released.get("format") != now.get("format"):
        yield f"{at}: type was {released.get('type')}, is {now.get('type')}"
    if missing := set(released.get("enum", ())) - set(now.get("enum", ())):
        yield f"{at}: words gone: {', '.join(sorted(map(str, missing)))}"
    if added := set(now.get("required", ())) - set(released.get("required", ())):
        yield f"{at}: newly required: {', '.join(sorted(added))}"
    for part in ("properties", "$defs"):
        before, after = released.get(part, {}), now.get(part, {})
        for name in sorted(before):
            if name not in after:
                yield f"{at}.{name}: gone"
            else:
                yield from incompatible(before[name], after[name], f"{at}.{name}")


def check(package: ModuleType, folder: Path) -> list[str]:
    """What stands between the events as they are and the committed contracts: broken promises, stale files."""
    files = generated(package)
    problems = []
    for path in sorted(folder.glob("schemas/*.json")):
        name = f"schemas/{path.name}"
        if name not in files:
            problems.append(f"{name}: the event is gone; released events stay")
        else:
            broken = incompatible(json.loads(path.read_text(encoding="utf-8")), json.loads(files[name]))
            problems += [f"{name}: {reason}" for reason in broken]
    stale = [name for name, content in files.items() if not _same(folder / name, content)]
    return problems + [f"{name}: not as generated; run `bordergate contracts`" for name in stale]


def write(package: ModuleType, folder: Path) -> list[str]:
    """Write the contracts; returns broken promises instead of writing when there are any."""
    broken = [problem for problem in check(package, folder) if "not as generated" not in problem]
    if not broken:
        for name, content in generated(package).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, encoding="utf-8")
    return broken


def _same(path: Path, content: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == content
