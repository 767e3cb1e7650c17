"""I1 to I6 (DOMAIN §6.9) under every order of joins, calls, withdrawals, absences, overrides, pauses and time."""

from __future__ import annotations

from hypothesis import settings

from tests.builders.queue_machine import QueueMachine

QueueMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=60, deadline=None, print_blob=True)
TestTheQueueKeepsItsPromises = QueueMachine.TestCase
