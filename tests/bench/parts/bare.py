"""What commands are compared with: FastAPI and SQLAlchemy with nothing between, issuing the statements recorded.

A program: `python -m tests.bench.parts.bare STATEMENTS PORT`, the database from BORDERGATE_DATABASE_URL.
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
from sqlalchemy import Engine, insert
from sqlalchemy.dialects.postgresql import psycopg

from bordergate.ids import new_id
from bordergate.runtime import engine_for, keep_to
from bordergate.settings import Settings
from services.vehicle_registration.api.filing import NewVehicle
from services.vehicle_registration.queries import VehicleView
from services.vehicle_registration.tables import vehicles

INSERT = insert(vehicles)


@dataclass(frozen=True)
class Recorded:
    """One command's statements with their values, and the truck and the event it made."""

    statements: Sequence[tuple[str, Any]]
    vehicle: VehicleView
    event: str


class Replay:
    """The recorded statements for another truck; what SQLAlchemy compiled is compiled by SQLAlchemy again."""

    def __init__(self, recorded: Recorded) -> None:
        self._recorded = recorded
        self._insert = str(INSERT.compile(dialect=psycopg.dialect()))
        if self._insert not in [statement for statement, _ in recorded.statements]:
            raise ValueError("the gate writes a truck by another statement")

    def write(self, engine: Engine, body: NewVehicle) -> VehicleView:
        """Issue them in one transaction."""
        before, plate = self._recorded.vehicle, body.plate.replace("-", "").replace(".", "")
        identity = new_id()
        words = {
            str(before.id): str(identity),
            self._recorded.event: str(new_id()),
            before.plate_typed: body.plate,
            before.plate: plate,
        }
        with engine.begin() as connection:
            for statement, values in self._recorded.statements:
                if statement == self._insert:
                    connection.execute(INSERT, replaced(values, words))
                else:
                    connection.exec_driver_sql(statement, replaced(values, words))
        return before.model_copy(update={"id": identity, "plate": plate, "plate_typed": body.plate})


def replaced(value: Any, words: Mapping[str, str]) -> Any:  # noqa: ANN401 - a statement's values
    """The values with other words in their places."""
    if isinstance(value, str):
        for old, new in words.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, bytes):
        return replaced(value.decode(), words).encode()
    if isinstance(value, UUID):
        return UUID(words.get(str(value), str(value)))
    if isinstance(value, dict):
        return {name: replaced(part, words) for name, part in value.items()}
    return type(value)(replaced(part, words) for part in value) if isinstance(value, tuple | list) else value


def bare_app(recorded: Recorded, engine: Engine, threads: int) -> FastAPI:
    """The endpoint, and nothing else."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = threads
        yield

    app = FastAPI(lifespan=lifespan)
    replay = Replay(recorded)

    @app.post("/vehicles", status_code=201, response_model=VehicleView)
    def post_vehicle(body: NewVehicle) -> VehicleView:
        return replay.write(engine, body)

    return app


def main(recorded: Path, port: int) -> None:
    """Serve as the gate's API is served."""
    settings = Settings.read()
    keep_to(settings.processor)
    engine = engine_for(settings.database_url, settings.threads)
    app = bare_app(pickle.loads(recorded.read_bytes()), engine, settings.threads)  # noqa: S301 - this run wrote it
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_config=None, server_header=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
