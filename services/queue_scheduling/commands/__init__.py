"""What can be asked of the queue."""

from services.queue_scheduling.commands.arriving import come_near, lose_sight, stand_at_gate
from services.queue_scheduling.commands.calling import CallByHand, call_by_hand, call_round, miss_call
from services.queue_scheduling.commands.crisis import DecideCrisis, decide_crisis
from services.queue_scheduling.commands.desk import lock_queues, open_desks, start_rounds, turn_seeds
from services.queue_scheduling.commands.emergency import DeclareEmergency, declare_emergency
from services.queue_scheduling.commands.extending import ExtendCall, extend_call
from services.queue_scheduling.commands.following import follow_into, follow_out_of
from services.queue_scheduling.commands.foreseeing import foresee_calls, grow_trees
from services.queue_scheduling.commands.joining import JoinQueue, hold_back, join_queue, offer_again
from services.queue_scheduling.commands.leaving import WithdrawTicket, follow_to, give_up, take_back, withdraw_ticket
from services.queue_scheduling.commands.routes import ChangeRoute, change_route, end_change, publish_routes

__all__ = [
    "CallByHand",
    "ChangeRoute",
    "DecideCrisis",
    "DeclareEmergency",
    "ExtendCall",
    "JoinQueue",
    "WithdrawTicket",
    "call_by_hand",
    "call_round",
    "change_route",
    "come_near",
    "decide_crisis",
    "declare_emergency",
    "end_change",
    "extend_call",
    "follow_into",
    "follow_out_of",
    "follow_to",
    "foresee_calls",
    "give_up",
    "grow_trees",
    "hold_back",
    "join_queue",
    "lock_queues",
    "lose_sight",
    "miss_call",
    "offer_again",
    "open_desks",
    "publish_routes",
    "stand_at_gate",
    "start_rounds",
    "take_back",
    "turn_seeds",
    "withdraw_ticket",
]
