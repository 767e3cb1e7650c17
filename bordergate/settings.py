"""What an operator can set: `BORDERGATE_*`, each with a working default."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

DEFAULT_DATABASE = "postgresql+psycopg://bordergate_app@127.0.0.1:55432/bordergate"
DEFAULT_KAFKA = "127.0.0.1:59092"
VIETNAMESE_FONT = "/usr/share/fonts/truetype/open-sans/OpenSans-Regular.ttf"
CHINESE_FONT = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"


class BadSetting(Exception):
    """A setting has a value that cannot work; the message says which and what to do."""


@dataclass(frozen=True)
class Settings:
    """Everything the processes read from their environment, once, at the start."""

    var: Path
    database_url: str = DEFAULT_DATABASE
    owner_url: str = DEFAULT_DATABASE
    kafka: str = DEFAULT_KAFKA
    topic_prefix: str = ""
    host: str = "127.0.0.1"
    http_port: int = 8080
    intake_port: int = 5055
    ops_port: int = 8081
    origin: str = "http://localhost:8080"
    clock: str = "real"
    threads: int = 16
    processor: int | None = None
    reference_prefix: str = "LSG"
    customs_source: str | None = None
    vietnamese_font: Path = field(default=Path(VIETNAMESE_FONT))
    chinese_font: Path = field(default=Path(CHINESE_FONT))
    log_level: str = "INFO"
    caller_keys: Path = field(default=Path("keys/callers.json"))
    process_role: str | None = None
    instance: str = "0"

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Self:
        """The settings of this process; raises BadSetting."""
        env = os.environ if environment is None else environment

        def text(name: str, default: str) -> str:
            return env.get(f"BORDERGATE_{name}") or default

        var = Path(text("VAR", "var")).absolute()
        database = text("DATABASE_URL", DEFAULT_DATABASE)
        port = number("HTTP_PORT", text("HTTP_PORT", "8080"))
        return cls(
            var=var,
            database_url=database,
            owner_url=text("OWNER_URL", database),
            kafka=text("KAFKA", DEFAULT_KAFKA),
            topic_prefix=text("TOPIC_PREFIX", ""),
            host=text("HOST", "127.0.0.1"),
            http_port=port,
            intake_port=number("INTAKE_PORT", text("INTAKE_PORT", "5055")),
            ops_port=number("OPS_PORT", text("OPS_PORT", "8081")),
            origin=safe_origin(text("ORIGIN", f"http://localhost:{port}")),
            clock=one_of("CLOCK", text("CLOCK", "real"), ("real", "scaled")),
            threads=number("THREADS", text("THREADS", "16")),
            processor=place("PROCESSOR", env.get("BORDERGATE_PROCESSOR") or None),
            reference_prefix=text("REFERENCE_PREFIX", "LSG"),
            customs_source=source_address(text("CUSTOMS_SOURCE", "none")),
            vietnamese_font=Path(text("VIETNAMESE_FONT", VIETNAMESE_FONT)).absolute(),
            chinese_font=Path(text("CHINESE_FONT", CHINESE_FONT)).absolute(),
            log_level=text("LOG_LEVEL", "INFO"),
            caller_keys=Path(text("CALLER_KEYS", str(var / "keys" / "callers.json"))).absolute(),
            process_role=env.get("BORDERGATE_PROCESS_ROLE") or None,
            instance=text("INSTANCE", "0"),
        )


def number(name: str, raw: str) -> int:
    """A positive whole number; raises BadSetting."""
    if not raw.isdecimal() or int(raw) < 1:
        raise BadSetting(f"BORDERGATE_{name} must be a positive whole number, not {raw!r}.")
    return int(raw)


def place(name: str, raw: str | None) -> int | None:
    """A place counted from 0, if one is given; raises BadSetting."""
    if raw is None:
        return None
    if not raw.isdecimal():
        raise BadSetting(f"BORDERGATE_{name} must be 0, 1, 2 …, not {raw!r}.")
    return int(raw)


def one_of(name: str, raw: str, known: tuple[str, ...]) -> str:
    """One of the known words; raises BadSetting."""
    if raw not in known:
        raise BadSetting(f"BORDERGATE_{name} must be one of {', '.join(known)}, not {raw!r}.")
    return raw


def source_address(raw: str) -> str | None:
    """Where customs' own system is asked, or nobody: `none`; raises BadSetting."""
    if raw == "none":
        return None
    if not is_safe(raw):
        raise BadSetting(
            f"BORDERGATE_CUSTOMS_SOURCE must be none, or an https address (plain http only on localhost), not {raw!r}."
        )
    return raw.rstrip("/") + "/"


def is_safe(address: str) -> bool:
    """Whether what is sent to an address can be read by nobody else."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    local = parts.hostname in ("localhost", "127.0.0.1")
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and local))


def safe_origin(origin: str) -> str:
    """Cookies travel safely: https, or plain http on this machine only; raises BadSetting."""
    if is_safe(origin):
        return origin.rstrip("/")
    raise BadSetting(f"BORDERGATE_ORIGIN must be https (plain http only on localhost), not {origin!r}.")
