"""What commands are compared with: FastAPI and SQLAlchemy with nothing between, issuing the statements recorded.

A program: `python -m tests.bench.parts.bare KIND STATEMENTS PORT`, the database from BORDERGATE_DATABASE_URL.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import anyio.to_thread
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import Engine

from bordergate.ids import new_id
from bordergate.runtime import engine_for, keep_to
from bordergate.settings import Settings
from tests.bench.parts.kinds import KINDS, Kind

PATH = "/commands"


@dataclass(frozen=True)
class Recorded:
    """One command's statements with their values, what was answered, and the event it stated last."""

    statements: Sequence[tuple[str, Any]]
    answer: str
    event: str


class Replay:
    """The recorded statements for another command; what SQLAlchemy compiled is compiled by SQLAlchemy again."""

    def __init__(self, kind: Kind, recorded: Recorded) -> None:
        self._kind = kind
        self._recorded = recorded
        self._before = kind.answer.model_validate_json(recorded.answer)
        self._compiled = kind.compiled
        if unknown := set(self._compiled) - {statement for statement, _ in recorded.statements}:
            raise ValueError(f"the gate does not write by: {unknown}")

    def write(self, engine: Engine, body: BaseModel) -> BaseModel:
        """Issue them in one transaction."""
        words = {self._recorded.event: str(new_id()), **self._kind.words(self._before, body)}
        with engine.begin() as connection:
            for statement, values in self._recorded.statements:
                if statement in self._compiled:
                    connection.execute(self._compiled[statement], replaced(values, words))
                else:
                    connection.exec_driver_sql(statement, replaced(values, words))
        return self._kind.made(self._before, words)


def replaced(value: Any, words: Mapping[str, str]) -> Any:  # noqa: ANN401 - a statement's values
    """The values with other words in their places."""
    if isinstance(value, str):
        for old, new in words.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, bytes):
        return replaced(value.decode(), words).encode() if value.isascii() else value
    if isinstance(value, UUID):
        return UUID(words.get(str(value), str(value)))
    if isinstance(value, dict):
        return {name: replaced(part, words) for name, part in value.items()}
    return type(value)(replaced(part, words) for part in value) if isinstance(value, tuple | list) else value


def bare_app(kind: Kind, recorded: Recorded, engine: Engine, threads: int) -> FastAPI:
    """The endpoint, and nothing else."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = threads
        yield

    app = FastAPI(lifespan=lifespan)
    replay = Replay(kind, recorded)

    def post(body: BaseModel) -> BaseModel:
        return replay.write(engine, body)

    post.__annotations__["body"] = kind.body
    app.post(PATH, status_code=201, response_model=kind.answer)(post)
    return app


def main(kind: str, recorded: Path, port: int) -> None:
    """Serve as the gate's API is served."""
    settings = Settings.read()
    keep_to(settings.processor)
    engine = engine_for(settings.database_url, settings.threads)
    told: Recorded = pickle.loads(recorded.read_bytes())  # noqa: S301 - this run wrote it
    app = bare_app(KINDS[kind], told, engine, settings.threads)
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_config=None, server_header=False)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
