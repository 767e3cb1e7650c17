"""One producer in a thread of its own: what came in together leaves together, and is answered when acknowledged."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from bordergate.broker import Broker, BrokerError, Record
from services.tracking.domain import FeedBusy

log = logging.getLogger(__name__)
AT_ONCE = 500
WAITING_AT_MOST = 5_000


@dataclass(frozen=True)
class Parcel:
    """Records of one request, and who waits for them."""

    records: Sequence[Record]
    done: asyncio.Future[None]
    loop: asyncio.AbstractEventLoop

    def answer(self, error: Exception | None) -> None:
        """Wake who waits, from the producer's thread."""
        self.loop.call_soon_threadsafe(self._settle, error)

    def _settle(self, error: Exception | None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


class Sender:
    """Hands records to the broker; a device is told "taken" only when the log has its position."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._waiting: queue.Queue[Parcel | None] = queue.Queue(WAITING_AT_MOST)
        self._failed: str | None = None
        self._thread = threading.Thread(target=self._run, name="positions", daemon=True)

    def start(self) -> None:
        """Begin to carry."""
        self._thread.start()

    def stop(self) -> None:
        """Carry what waits, then end."""
        self._waiting.put(None)
        self._thread.join(10)

    def check(self) -> str | None:
        """Whether the broker took the last parcels."""
        return self._failed

    async def send(self, records: Sequence[Record]) -> None:
        """Wait until the records are acknowledged; raises FeedBusy when the broker is away or too much waits."""
        loop = asyncio.get_running_loop()
        parcel = Parcel(records, loop.create_future(), loop)
        try:
            self._waiting.put_nowait(parcel)
        except queue.Full:
            raise FeedBusy(retry_after=5) from None
        await parcel.done

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            parcels, ended = self._together(first)
            self._carry(parcels)
            if ended:
                return

    def _together(self, first: Parcel) -> tuple[list[Parcel], bool]:
        parcels, size = [first], len(first.records)
        while size < AT_ONCE:
            try:
                another = self._waiting.get_nowait()
            except queue.Empty:
                break
            if another is None:
                return parcels, True
            parcels.append(another)
            size += len(another.records)
        return parcels, False

    def _carry(self, parcels: Sequence[Parcel]) -> None:
        error: Exception | None = None
        try:
            self._broker.send([record for parcel in parcels for record in parcel.records])
            self._failed = None
        except BrokerError as failure:
            self._failed = str(failure)
            log.warning("positions not sent", extra={"reason": str(failure), "count": len(parcels)})
            error = FeedBusy(retry_after=5)
        for parcel in parcels:
            parcel.answer(error)
