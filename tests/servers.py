"""The servers the tests stand on: named by variables, else native or in containers as one variable says."""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import make_url

ROOT = Path(__file__).parents[1]
COMMAND = ROOT / "deploy" / "servers"
ROLES = ROOT / "deploy" / "postgres" / "roles.sql"
POSTGIS_IMAGE = "postgis/postgis:15-3.5"
NAMED = ("BORDERGATE_DATABASE_URL", "BORDERGATE_OWNER_URL", "BORDERGATE_KAFKA")
MEMORY, ROOM = Path("/dev/shm"), 6 * 2**30  # noqa: S108 - where throwaway data lies, if it has so much room
"""Each test makes and drops a database: a disk's file system takes longer to find room for its files than the test."""
KAFKA_IMAGE = "confluentinc/cp-kafka:8.0.0"


@dataclass(frozen=True)
class Servers:
    """Where they are: the database as the gate's processes and as its superuser see it, and the broker."""

    database_url: str
    owner_url: str
    kafka: str

    @classmethod
    def of(cls, variables: dict[str, str]) -> Servers:
        """The servers that the variables name."""
        url = variables["BORDERGATE_DATABASE_URL"]
        return cls(url, variables.get("BORDERGATE_OWNER_URL") or url, variables["BORDERGATE_KAFKA"])


class ServersMissing(Exception):
    """The servers could not be had; the tests that need them fail with this."""


@contextmanager
def open_servers() -> Iterator[Servers]:
    """The servers for this run."""
    env = dict(os.environ)
    named = [name for name in ("BORDERGATE_DATABASE_URL", "BORDERGATE_KAFKA") if env.get(name)]
    if len(named) == 2:
        yield Servers.of(env)
        return
    if named:
        raise ServersMissing(f"{named[0]} is set alone; set BORDERGATE_DATABASE_URL and BORDERGATE_KAFKA, or neither.")
    kind = env.get("BORDERGATE_TEST_SERVERS") or "native"
    if kind == "native":
        with native_servers() as native:
            yield native.servers
    elif kind == "testcontainers":
        with _containers() as servers:
            yield servers
    else:
        raise ServersMissing(f"BORDERGATE_TEST_SERVERS must be native or testcontainers, not {kind!r}.")


class NativeServers:
    """A PostgreSQL and a Kafka of one's own; `durable` ones may be killed and started again, and lose nothing then."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self._manner = () if durable else ("--throwaway",)
        postgres = a_free_port(neighbours=2)  # for Kafka, and for its controller
        others = {name: value for name, value in os.environ.items() if name not in NAMED}
        self.environment = others | {
            "BORDERGATE_VAR": str(folder),
            "BORDERGATE_POSTGRES_PORT": str(postgres),
            "BORDERGATE_KAFKA_PORT": str(postgres + 1),
        }

    def start(self, *which: str) -> None:
        """Start `postgres`, `kafka`, or both; what runs already is left as it is."""
        self._run("start", *self._manner, *which)

    def stop(self, *which: str) -> None:
        """Stop `postgres`, `kafka`, or both."""
        self._run("stop", *which)

    def pid(self, which: str) -> int:
        """The process to kill."""
        return int((self.folder / "run" / f"{which}.pid").read_text().split()[0])

    @property
    def servers(self) -> Servers:
        """Where they are."""
        words = shlex.split(self._run("env", "--maintenance"))
        return Servers.of(dict(word.split("=", 1) for word in words if "=" in word))

    def remove(self) -> None:
        """Stop both and forget their data."""
        self.stop()
        self._run("wipe")
        shutil.rmtree(self.folder)

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [str(COMMAND), *arguments], env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )
        if done.returncode != 0:
            raise ServersMissing(f"deploy/servers {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout


@contextmanager
def native_servers(*, durable: bool = False) -> Iterator[NativeServers]:
    """Fresh native servers, gone afterwards."""
    folder = Path(os.environ.get("BORDERGATE_VAR") or ROOT / "var").absolute() / "test"
    if not durable and MEMORY.is_mount() and shutil.disk_usage(MEMORY).free >= ROOM:
        folder = MEMORY / f"bordergate-{os.getuid()}"
    for left in folder.glob("*-*"):
        if not Path(f"/proc/{left.name.split('-')[0]}").exists():
            NativeServers(left).remove()
    native = NativeServers(folder / f"{os.getpid()}-{secrets.token_hex(3)}", durable=durable)
    try:
        native.start()
        yield native
    finally:
        native.remove()


def a_free_port(*, neighbours: int = 0) -> int:
    """A port nobody listens on now, nor on the next ones.

    Below those that the system gives to outgoing connections, of which one may be given before the server listens.
    """
    while True:
        first = 15_000 + secrets.randbelow(15_000)
        if all(is_free(port) for port in range(first, first + 1 + neighbours)):
            return first


def is_free(port: int) -> bool:
    """Whether nobody listens there now."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def _containers() -> Iterator[Servers]:
    from testcontainers.community.kafka import KafkaContainer  # noqa: PLC0415 - only this way of testing needs them
    from testcontainers.community.postgres import PostgresContainer  # noqa: PLC0415 - as above

    password = secrets.token_hex(16)
    postgis = PostgresContainer(
        os.environ.get("BORDERGATE_IMAGE_POSTGIS") or POSTGIS_IMAGE,
        username="postgres",
        password=password,
        dbname="postgres",
        driver="psycopg",
    )
    broker = KafkaContainer(os.environ.get("BORDERGATE_IMAGE_KAFKA") or KAFKA_IMAGE).with_kraft()
    with postgis, broker:
        owner = make_url(postgis.get_connection_url())
        app = secrets.token_hex(16)
        options = f"-c bordergate.app_password={app}"
        plain = owner.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, options=options) as connection:
            connection.execute(ROLES.read_bytes())
        yield Servers(
            database_url=owner.set(username="bordergate_app", password=app).render_as_string(hide_password=False),
            owner_url=owner.render_as_string(hide_password=False),
            kafka=broker.get_bootstrap_server(),
        )
