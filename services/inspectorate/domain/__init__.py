"""Traces, the detectors that read them, and the cases that they open; pure."""
