"""Slots: bookable hours beside the live queue (QUEUE.md, "Slots"), and the lottery over those that many want.

A *bucket* is half an hour or an hour of a queue; its *places* are what of its capacity can be booked. A *booking* is a
crossing's place in one: entered in a draw or reserved, then confirmed. A *holder* is a ready truck that waits for its
slot. An *opening* is when a bucket can first be booked; who asks within its window is *drawn*, however fast he was.
"""
