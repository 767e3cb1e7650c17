"""The public board for machines, as often as it can be asked, against a server that only replies the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from urllib.request import urlopen

from tests.bench.parts.gate import PROCESSORS, Deployment, deployed
from tests.bench.parts.load import Load, Sent
from tests.bench.parts.programs import program
from tests.bench.rows import Row, Setup
from tests.servers import a_free_port

GOAL = 1_000.0
"""Answers a second from one process: five thousand readers who look every five seconds."""
PAIRS, SECONDS, WARM_UP, MOST = 7, 2.0, 1.0, 30_000
BOARD = "/waiting.json"


def run(setup: Setup) -> list[Row]:
    """Both in turn, several times; the medians."""
    with deployed(setup) as deployment:
        deployment.learn_routes()
        pairs = list(in_turn(deployment))
    rate, against = median(mine.rate for mine, _ in pairs), median(its.rate for _, its in pairs)
    note = "; ".join(f"gate {mine.rate:.0f}/s, reply {its.rate:.0f}/s, load {mine.cpu:.0%}" for mine, its in pairs)
    return [
        Row("public board to machines", rate, "answers/s", goal=GOAL, note=note),
        Row("    beside a bare reply", rate, "answers/s", against=against),
    ]


def in_turn(deployment: Deployment) -> Iterator[tuple[Sent, Sent]]:
    """What the gate answered, and what the bare reply."""
    with deployment.serving("api") as (_, ours):
        told = deployment.folder / "reply"
        with urlopen(f"http://localhost:{ours}{BOARD}") as answer:
            told.write_bytes(answer.read())
        bare = a_free_port()
        arguments = ("tests.bench.parts.reply", str(told), str(bare))
        environment = deployment.environment(BORDERGATE_PROCESSOR=PROCESSORS["api"])
        with program("reply", *arguments, environment=environment, folder=deployment.folder) as process:
            process.await_port(bare)
            for port in (ours, bare):
                asked(port, WARM_UP)
            for _ in range(PAIRS):
                yield asked(ours), asked(bare)


def asked(port: int, seconds: float = SECONDS) -> Sent:
    """Ask for a while."""
    sent = Load(port, BOARD, [""] * MOST, seconds=seconds, method="GET").send()
    if sent.refused:
        raise RuntimeError(f"{sent.refused} of {sent.answered + sent.refused} were refused")
    return sent
