"""Looks at the queue: boards and tickets, and the reasons for a place."""

from services.queue_scheduling.queries.boards import (
    Board,
    Effect,
    RouteView,
    TicketView,
    board_of,
    effects_of,
    resource_of,
    routes_at,
    ticket_at,
)
from services.queue_scheduling.queries.crisis import CrisisView, crises_at
from services.queue_scheduling.queries.forward import ForwardView, forward_at
from services.queue_scheduling.queries.holding import HolderTerms, terms_at
from services.queue_scheduling.queries.next_calls import MOST, NextCalls, next_calls_at
from services.queue_scheduling.queries.reasons import Accuracy, Reasons, accuracy_at, reasons_at

__all__ = [
    "MOST",
    "Accuracy",
    "Board",
    "CrisisView",
    "Effect",
    "ForwardView",
    "HolderTerms",
    "NextCalls",
    "Reasons",
    "RouteView",
    "TicketView",
    "accuracy_at",
    "board_of",
    "crises_at",
    "effects_of",
    "forward_at",
    "next_calls_at",
    "reasons_at",
    "resource_of",
    "routes_at",
    "terms_at",
    "ticket_at",
]
