"""Declarations, loads, goods and the rules about them; pure."""
