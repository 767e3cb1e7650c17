"""Every metric of the gate, declared once; labels name kinds of things, never one person's or truck's."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_QUICK = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)

# The HTTP edge
ANSWERS = Counter(
    "bordergate_http_answers", "Requests answered.", ["service", "method", "route", "status"], registry=REGISTRY
)
ANSWER_SECONDS = Histogram("bordergate_http_seconds", "Time to answer.", ["service"], buckets=_QUICK, registry=REGISTRY)
STREAMS_OPEN = Gauge("bordergate_http_streams_open", "Live streams open now.", registry=REGISTRY)

# Events on their way out
RELAYED = Counter("bordergate_events_relayed", "Events sent.", ["service"], registry=REGISTRY)
RELAY_FAILURES = Counter("bordergate_relay_failures", "Rounds that could not send.", ["service"], registry=REGISTRY)

# Events on their way in
CONSUMED = Counter("bordergate_events_consumed", "Events read.", ["consumer"], registry=REGISTRY)
SKIPPED = Counter("bordergate_events_skipped", "Events read that nobody here heeds.", ["consumer"], registry=REGISTRY)
PARKED = Counter("bordergate_events_parked", "Events set aside.", ["consumer"], registry=REGISTRY)
CONSUMER_WAITS = Counter(
    "bordergate_consumer_waits", "Times a consumer waited for the infrastructure.", ["consumer"], registry=REGISTRY
)
STALLS = Counter(
    "bordergate_partition_stalls",
    "Times a subscription was begun anew for a stuck partition.",
    ["stream"],
    registry=REGISTRY,
)
BATCH_SECONDS = Histogram(
    "bordergate_batch_seconds", "Time to take in what one poll gave.", ["consumer"], buckets=_QUICK, registry=REGISTRY
)

# Deadlines
TIMERS = Counter("bordergate_timers", "Deadlines handled.", ["kind"], registry=REGISTRY)
TIMER_FAILURES = Counter("bordergate_timer_failures", "Deadlines whose handler failed.", ["kind"], registry=REGISTRY)

# A worker's own loops
LOOP_FAULTS = Counter(
    "bordergate_loop_faults", "Turns that failed by a fault of their own.", ["loop"], registry=REGISTRY
)

# Positions
POSITIONS = Counter("bordergate_positions", "Positions by what became of them.", ["result"], registry=REGISTRY)
POSITIONS_STORED = Counter("bordergate_positions_stored", "Positions written.", registry=REGISTRY)

# The public ledger
LEDGER_LEAVES = Counter("bordergate_ledger_leaves", "Decisions that got their place.", ["route"], registry=REGISTRY)

# Signing in
SIGN_INS = Counter("bordergate_sign_ins", "Sign-ins by what became of them.", ["result"], registry=REGISTRY)


def exposition() -> bytes:
    """All metrics as Prometheus reads them."""
    return generate_latest(REGISTRY)
