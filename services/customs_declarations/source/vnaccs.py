"""VNACCS over HTTP: one look a number, an answer that is short, soon and believable, or none."""

from __future__ import annotations

import json
import time

import httpx
from pydantic import ValidationError

from bordergate.http.bodies import read_json
from bordergate.settings import Settings
from services.customs_declarations.domain.inquiry import (
    NOT_KNOWN,
    Answer,
    DeclarationSource,
    Found,
    Reply,
    Silence,
    Unconnected,
)
from services.customs_declarations.domain.refusals import OneNumber
from services.customs_declarations.formats.vnaccs import VnaccsAnswer

CONNECTING, READING, ALTOGETHER = 3.0, 10.0, 20.0
"""Seconds: to be reached, for a piece of the answer, for the whole of it."""
LARGEST = 1024 * 1024
NO_ANSWER, UNREADABLE, CONTRADICTS = (
    Silence(answer) for answer in (Answer.NO_ANSWER, Answer.UNREADABLE, Answer.CONTRADICTS)
)


class Vnaccs:
    """VNACCS, or what stands for it, at an address; it is asked for `/declarations/<number>`."""

    name = "vnaccs"

    def __init__(self, address: str, *, altogether: float = ALTOGETHER) -> None:
        self._altogether = altogether
        timeout = httpx.Timeout(min(READING, altogether), connect=min(CONNECTING, altogether))
        self._http = httpx.Client(base_url=address, timeout=timeout, trust_env=False)

    def close(self) -> None:
        """Nothing more is asked."""
        self._http.close()

    def fetch(self, number: str) -> Reply:
        """What VNACCS has under the number; whatever goes wrong on the way is that it cannot say now."""
        try:
            with self._http.stream("GET", f"declarations/{number}", headers={"Accept": "application/json"}) as answer:
                if answer.status_code == httpx.codes.NOT_FOUND:
                    return NOT_KNOWN
                if answer.status_code != httpx.codes.OK:
                    return NO_ANSWER
                body = self._whole(answer)
        except httpx.HTTPError:
            return NO_ANSWER
        return NO_ANSWER if body is None else read(body, number)

    def _whole(self, answer: httpx.Response) -> bytes | None:
        """The body; None when it is too large, or dribbles in longer than anybody should wait."""
        until, body = time.monotonic() + self._altogether, b""
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > LARGEST or time.monotonic() > until:
                return None
        return body


def read(body: bytes, number: str) -> Reply:
    """An answer about a number as it is believed: it speaks of that number, and nothing is cleared unseen."""
    try:
        told = VnaccsAnswer.model_validate(read_json(body))
        papers = told.declaration.papers()
    except (json.JSONDecodeError, ValidationError):
        return UNREADABLE
    except OneNumber:
        return CONTRADICTS
    if papers.number != number or (told.cleared and told.channel is None) or (told.cleared and told.cancelled):
        return CONTRADICTS
    return Found(papers, told.channel, told.cleared, told.cancelled, told.simulated)


def source_of(settings: Settings) -> DeclarationSource:
    """The source that is switched on."""
    address = settings.customs_source
    return Vnaccs(address) if address else Unconnected()
