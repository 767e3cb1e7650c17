"""The public ledger: every decision about a place is a leaf, numbered in its route's log, that anybody can check.

A *leaf* says what was decided, of a ticket it names by a commitment alone. An *entry* is a leaf under its number among
all that were decided; the *sequencer* gives it its place in the log.
"""
