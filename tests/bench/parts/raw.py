"""What delivery is compared with: a record's way through Kafka and back, with the gate's own client settings."""

from __future__ import annotations

import threading
import time

from bordergate.broker.kafka import KafkaBroker
from bordergate.ids import new_id
from events.streams import FleetEvent

JOINS_WITHIN, ARRIVES_WITHIN = 30.0, 10.0


class RoundTrips:
    """One producer and one consumer on a stream of their own."""

    def __init__(self, kafka: str, prefix: str) -> None:
        self._broker = KafkaBroker(kafka, prefix=prefix)
        self._topic = prefix + FleetEvent.topic
        self._subscription = self._broker.subscribe("measurement", FleetEvent.topic)
        self._producer = self._broker._open()
        self._warm_up()

    def measure(self, rate: float, seconds: float, body: bytes) -> list[float]:
        """Milliseconds from `send` to the consumer's hand, of records sent at a steady rate."""
        count = int(rate * seconds)
        sender = threading.Thread(target=self._send, args=(rate, count, body))
        sender.start()
        taken = self._take(count, seconds + ARRIVES_WITHIN)
        sender.join()
        if len(taken) < count:
            raise RuntimeError(f"{count - len(taken)} records did not come back")
        return taken

    def close(self) -> None:
        """Leave."""
        self._subscription.close()
        self._broker.close()

    def _send(self, rate: float, count: int, body: bytes) -> None:
        started = time.perf_counter()
        for number in range(count):
            time.sleep(max(0.0, started + number / rate - time.perf_counter()))
            headers = [("sent", str(time.perf_counter()).encode())]
            self._producer.send(self._topic, key=str(new_id()).encode(), value=body, headers=headers)

    def _take(self, count: int, within: float) -> list[float]:
        taken: list[float] = []
        deadline = time.monotonic() + within
        while len(taken) < count and time.monotonic() < deadline:
            records = self._subscription.poll(0.5, 200)
            now = time.perf_counter()
            taken += [(now - float(record.headers["sent"])) * 1_000 for record in records]
            if records:
                self._subscription.commit()
        return taken

    def _warm_up(self) -> None:
        self._send(100, 10, b"")
        if len(self._take(10, JOINS_WITHIN)) < 10:
            raise RuntimeError("the consumer did not join")
