"""What simulated VNACCS has under a number, and how it answers in each mood: by number and seed alone, every time."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

NUMBER = re.compile(r"(10|30)[0-9]{10}")
UNKNOWN = "00"
"""A number that ends so is never known."""
REMEMBERED = 100_000


class Mood(StrEnum):
    """How it is today: LATE knows a number only some time after it was first asked for, WRONG says what cannot be."""

    WELL = "well"
    SLOW = "slow"
    LATE = "late"
    WRONG = "wrong"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Pace:
    """Seconds: how slow SLOW is; and, since a number was first asked for, until it is known, decided on, cleared."""

    slow: float = 8
    known: float = 20
    channel: float = 10
    clear: float = 40


@dataclass(frozen=True)
class Said:
    """An answer: status and body, after so many seconds; None: the line goes dead instead."""

    status: int
    body: bytes
    after: float = 0


GOODS = {
    "30": (
        ("B11", "08106000", "Sầu riêng tươi", "18.2", "17.5", "VN"),
        ("B11", "08109020", "Vải thiều tươi", "12.4", "11.9", "VN"),
        ("B11", "07144010", "Khoai môn tươi", "20.5", "20", "VN"),
        ("E62", "85444299", "Dây cáp điện có đầu nối", "9.6", "9.1", "VN"),
    ),
    "10": (
        ("A11", "69072110", "Gạch lát nền ceramic", "24.6", "24", "CN"),
        ("A12", "85177991", "Linh kiện điện thoại", "6.8", "6.2", "CN"),
        ("A11", "07032090", "Tỏi củ khô", "19.3", "18.8", "CN"),
    ),
}
"""What is declared: type, code of the goods, description, gross and net weight in tonnes, origin."""


@dataclass
class SimulatedVnaccs:
    """Answers for numbers; `mood` may change at any time."""

    seed: int = 1
    mood: Mood = Mood.WELL
    pace: Pace = field(default_factory=Pace)
    _first_asked: dict[str, float] = field(default_factory=dict)
    _times: dict[str, int] = field(default_factory=dict)

    def answer(self, number: str, now: float) -> Said | None:
        """What it says of a number at an instant (seconds of any clock)."""
        if self.mood is Mood.UNREACHABLE:
            return None
        since = now - self._begun(number, now)
        late = self.mood is Mood.LATE and since < self.pace.known
        after = self.pace.slow if self.mood is Mood.SLOW else 0
        if late or not NUMBER.fullmatch(number) or number.endswith(UNKNOWN):
            return Said(404, b'{"known": false}', after)
        if self.mood is Mood.WRONG:
            return self._wrongly(number)
        return Said(200, written(self.has(number, since)), after)

    def has(self, number: str, since: float) -> dict[str, Any]:
        """The declaration under a number, and what was decided so many seconds after it was first asked for."""
        kind = GOODS[number[:2]]
        type_code, code, name, gross, net, origin = kind[self._drawn(number, "goods") % len(kind)]
        export = number.startswith("30")
        line = {"CMD": code, "CMN": name, "QN1": net, "QT1": "TNE", "OR": origin, "BPC": "USD"}
        line["BPR"] = str(5_000 + self._drawn(number, "value") % 95_000)
        own = {"ECN": number, "ECB": type_code} if export else {"ICN": number, "ICB": type_code}
        decided = since >= self.pace.channel
        return {
            "declaration": own | {"GW": gross, "GWT": "TNE", "lines": [line]},
            "inspection_class": self._inspection(number) if decided else None,
            "cleared": decided and since >= self.pace.clear,
            "simulated": True,
        }

    def _inspection(self, number: str) -> str:
        """1 green in six of ten, 2 yellow in three, 3 red in one."""
        drawn = self._drawn(number, "inspection") % 10
        return "1" if drawn < 6 else "2" if drawn < 9 else "3"  # noqa: PLR2004 - said above

    def _begun(self, number: str, now: float) -> float:
        if len(self._first_asked) >= REMEMBERED:
            self._first_asked.clear()
            self._times.clear()
        self._times[number] = self._times.get(number, -1) + 1
        return self._first_asked.setdefault(number, now)

    def _wrongly(self, number: str) -> Said:
        """One way to be wrong after the other, beginning anywhere."""
        way = WRONGS[(self._drawn(number, "wrong") + self._times[number]) % len(WRONGS)]
        return Said(200, way(self.has(number, since=1e9)))

    def _drawn(self, number: str, what: str) -> int:
        told = f"{self.seed}:{number}:{what}".encode()
        return int.from_bytes(hashlib.sha256(told).digest()[:8])


def written(told: dict[str, Any]) -> bytes:
    """An answer as it is sent."""
    return json.dumps(told, ensure_ascii=False).encode()


def _changed(told: dict[str, Any], **parts: Any) -> bytes:  # noqa: ANN401 - any part of the declaration
    return written(told | {"declaration": told["declaration"] | parts})


WRONGS: tuple[Callable[[dict[str, Any]], bytes], ...] = (
    lambda _: b"<html><body>Bao tri he thong</body></html>",
    lambda told: written(told)[:-40],
    lambda told: _changed(told, ECN="309999999999", ICN=None, ECB="B11"),
    lambda told: _changed(told, ECB="E56", ICB="E56"),
    lambda told: written(told | {"inspection_class": None, "cleared": True}),
    lambda told: _changed(told, lines=[]),
    lambda told: _changed(told, GW="1e400"),
    lambda told: _changed(told, GW="-3"),
    lambda told: _changed(told, ECN=told["declaration"].get("ECN"), ICN="\0"),
)
"""Ways to be wrong: no JSON, half of one, another number, an abolished type, cleared unseen, no goods, no weight."""
