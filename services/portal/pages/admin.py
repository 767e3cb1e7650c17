"""Administration: pages whose lists and acts the browser asks of each owner, with the administrator's own token."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from starlette.responses import Response

from bordergate.auth import Role
from bordergate.http import Door, GateRouter
from bordergate.i18n import Language, catalogue, text
from events.tracking import AreaKind
from events.words import OrganisationKind
from services.portal.pages.frame import SEE_ADMINISTRATION, page
from services.portal.queries.routes import routes_shown

ROOMS = ("organisations", "people", "devices", "reference", "areas", "audit")
OWNERS = (
    "identity",
    "vehicle-registration",
    "customs-declarations",
    "queue-scheduling",
    "tracking",
    "gate-operations",
    "inspectorate",
    "analytics",
    "portal",
)
"""Whose audit is searched, as their APIs are named."""
ACT, TABLE, COLUMN = "portal.act.", "portal.reference.", "portal.column."
PEOPLES_ROLES = [role for role in Role if role is not Role.DRIVER]
"""A driver is let in by a crossing's link and has no account."""


def register(router: GateRouter) -> None:
    """The administrator's and the auditor's pages."""
    router.get("/admin", permission=SEE_ADMINISTRATION)(get_admin)
    router.get("/admin/organisations", permission=SEE_ADMINISTRATION)(get_organisations)
    router.get("/admin/people", permission=SEE_ADMINISTRATION)(get_people)
    router.get("/admin/devices", permission=SEE_ADMINISTRATION)(get_devices)
    router.get("/admin/reference", permission=SEE_ADMINISTRATION)(get_reference)
    router.get("/admin/areas", permission=SEE_ADMINISTRATION)(get_areas)
    router.get("/admin/audit", permission=SEE_ADMINISTRATION)(get_audit)


def get_admin(door: Door) -> Response:
    """What can be administered."""
    return room(door, "index")


def get_organisations(door: Door) -> Response:
    """Organisations: found, registered, verified."""
    words = said(door.language, "kind", OrganisationKind)
    return room(door, "organisations", kinds=list(OrganisationKind), words=words)


def get_people(door: Door) -> Response:
    """People: found, invited, appointed, shut out."""
    routes = door.house.transactions.read(routes_shown, scope="all")
    words = said(door.language, "role", PEOPLES_ROLES) | {"none": text("portal.account.all_routes", door.language)}
    return room(door, "people", roles=PEOPLES_ROLES, routes=routes, words=words)


def get_devices(door: Door) -> Response:
    """Tracking devices: found, enrolled, revoked."""
    return room(door, "devices")


def get_areas(door: Door) -> Response:
    """Waiting areas, gates and yards on the map: drawn, checked, put in force."""
    routes = door.house.transactions.read(routes_shown, scope="all")
    return room(door, "areas", kinds=list(AreaKind), routes=routes, words=said(door.language, "area", AreaKind))


def get_reference(door: Door) -> Response:
    """Law as data: numbers, lists and calendars, compared with a draft before it counts."""
    columns = {f"column.{name}": text(f"portal.column.{name}", door.language) for name in names_under(COLUMN)}
    return room(door, "reference", tables=names_under(TABLE), words=columns)


def get_audit(door: Door) -> Response:
    """Who did or looked at what, in every part of the gate."""
    acts = names_under(ACT)
    texts = {f"act.{act}": text(f"portal.act.{act}", door.language) for act in acts}
    return room(door, "audit", owners=OWNERS, acts_known=acts, words=texts | said(door.language, "role", Role))


def names_under(prefix: str) -> list[str]:
    """What has words under a prefix: acts as audits name them, tables and columns as their owners do."""
    return sorted(code.removeprefix(prefix) for code in catalogue().entries if code.startswith(prefix))


def said(language: Language, family: str, words: Iterable[StrEnum]) -> dict[str, str]:
    """The words of a vocabulary as a page's script shows them."""
    return {f"{family}.{word}": text(f"portal.{family}.{word}", language) for word in words}


def room(door: Door, name: str, **shown: object) -> Response:
    """One room of the administration; an auditor looks and does nothing."""
    acts = Role.ADMIN in door.caller.roles
    return page(door, f"admin/{name}.html", "admin", room=name, rooms=ROOMS, acts=acts, **shown)
