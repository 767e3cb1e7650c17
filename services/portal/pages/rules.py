"""What is checked of a crossing and of a declaration: all rules, as their services judge them."""

from __future__ import annotations

from functools import cache
from itertools import groupby

from starlette.responses import Response

from bordergate.http import Door, GateRouter
from bordergate.rules import Ruling, rulings
from bordergate.service import installed
from services.portal.pages.frame import page


def register(router: GateRouter) -> None:
    """The page that a failure's code leads to."""
    router.get("/rules", public="what is checked is everybody's to know")(get_rules)


def get_rules(door: Door) -> Response:
    """Every rule by the service that judges it: what is wrong when it fails, and what to do."""
    return page(door, "rules.html", "rules", judged=judged())


@cache
def judged() -> list[tuple[str, list[str]]]:
    """The codes of all rules, by service."""
    by_service = sorted(rulings(installed()), key=lambda ruling: (ruling.service, ruling.code))
    return [(service, [ruling.code for ruling in found]) for service, found in groupby(by_service, service_of)]


def service_of(ruling: Ruling) -> str:
    """Who judges by it."""
    return ruling.service
