"""Who may not be called for a time, by which rule, on what evidence, until when, and what the accused says to it.

An *outcome* is how a call ended; no-shows by the gate's own doing count for nothing, and none counts twice.
"""
