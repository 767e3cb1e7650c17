"""Tickets, routes, hours and classes: what may happen to them, and what is recorded when it does; pure."""
