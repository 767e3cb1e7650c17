"""Customs' own system: how it is asked what is declared under a number, and by whom."""
