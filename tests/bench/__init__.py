"""Measurements: each file's `run(setup)` returns rows, each a ratio to what it names in the same run."""
