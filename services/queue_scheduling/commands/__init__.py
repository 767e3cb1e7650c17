"""What can be asked of the queue."""

from services.queue_scheduling.commands.calling import CallByHand, call_by_hand, call_round, miss_call
from services.queue_scheduling.commands.desk import open_desks
from services.queue_scheduling.commands.joining import JoinQueue, hold_back, join_queue, offer_again
from services.queue_scheduling.commands.leaving import WithdrawTicket, follow_to, give_up, take_back, withdraw_ticket
from services.queue_scheduling.commands.routes import PauseRoute, end_pause, pause_route, publish_routes, reopen_route

__all__ = [
    "CallByHand",
    "JoinQueue",
    "PauseRoute",
    "WithdrawTicket",
    "call_by_hand",
    "call_round",
    "end_pause",
    "follow_to",
    "give_up",
    "hold_back",
    "join_queue",
    "miss_call",
    "offer_again",
    "open_desks",
    "pause_route",
    "publish_routes",
    "reopen_route",
    "take_back",
    "withdraw_ticket",
]
