"""The HTTP edge: what every service's API does alike."""

from bordergate.http.api import api_for, one_origin
from bordergate.http.auditing import audit_routes
from bordergate.http.csrf import SESSION_COOKIE
from bordergate.http.door import COOKIE as CALLER_COOKIE
from bordergate.http.door import Door, Doorway
from bordergate.http.edge import FOR_ANYBODY
from bordergate.http.ops import Check, ops_for
from bordergate.http.paging import Page, PageRequest, Paging
from bordergate.http.problems import Problem
from bordergate.http.references import reference_routes
from bordergate.http.router import GateRoute, GateRouter
from bordergate.http.sse import Hub

__all__ = [
    "CALLER_COOKIE",
    "FOR_ANYBODY",
    "SESSION_COOKIE",
    "Check",
    "Door",
    "Doorway",
    "GateRoute",
    "GateRouter",
    "Hub",
    "Page",
    "PageRequest",
    "Paging",
    "Problem",
    "api_for",
    "audit_routes",
    "one_origin",
    "ops_for",
    "reference_routes",
]
