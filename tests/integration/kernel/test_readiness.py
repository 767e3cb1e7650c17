"""Whoever asks how the gate does hears it from each process, in its own words."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bordergate.doctor import examine_processes
from bordergate.http import ops_for
from bordergate.readiness import SILENT, lacking, main
from bordergate.settings import Settings
from tests.gates import a_free_port, eventually

HOST = "127.0.0.1"


@contextmanager
def a_process(lacks: Mapping[str, str | None], routes: list[Route] | None = None) -> Iterator[int]:
    """A process on a port that says of itself what it lacks."""
    port = a_free_port()
    checks = {name: lambda lack=lack: lack for name, lack in lacks.items()}
    app = Starlette(routes=routes or ops_for(checks))
    server = uvicorn.Server(uvicorn.Config(app, host=HOST, port=port, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    eventually(lambda: server.started)
    yield port
    server.should_exit = True
    thread.join(10)


def test_a_process_that_is_ready_lacks_nothing() -> None:
    with a_process({"database": None, "loops": None}) as port:
        assert lacking(HOST, port) is None


def test_a_process_says_which_of_its_loops_have_ended() -> None:
    with a_process({"database": None, "loops": "identity.crossings ended"}) as port:
        assert lacking(HOST, port) == "loops: identity.crossings ended"


def test_a_port_on_which_nobody_answers_is_silent() -> None:
    assert lacking(HOST, a_free_port()) == SILENT


def test_another_program_on_the_port_is_not_taken_for_a_ready_process() -> None:
    def refuse(_: object) -> PlainTextResponse:
        return PlainTextResponse("no such page", 404)

    with a_process({}, [Route("/readyz", refuse)]) as port:
        assert lacking(HOST, port) == "answers 404"


def test_each_process_that_is_not_ready_is_named_with_what_it_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    with a_process({"loops": None}) as api, a_process({"loops": "identity.crossings ended"}) as worker:
        assert main([f"api={api}", f"worker={worker}"]) == 1
        assert capsys.readouterr().out == "worker loops: identity.crossings ended\n"
        assert main([f"api={api}"]) == 0
    assert capsys.readouterr().out == ""


def test_the_doctor_names_the_process_that_is_not_ready_and_the_next_step(tmp_path: Path) -> None:
    with a_process({"loops": None}) as api, a_process({"loops": "identity.crossings ended"}) as worker:
        settings = Settings(var=tmp_path, http_port=api, ops_port=worker, intake_port=a_free_port())
        found = list(examine_processes(settings))
    assert [finding.ok for finding in found] == [True, False, True]
    assert found[1].what == "worker: not ready, loops: identity.crossings ended"
    assert found[1].next_step == "deploy/logs worker; deploy/up starts it anew"
    assert found[2].what.startswith("intake: nothing answers")
