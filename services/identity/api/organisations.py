"""Organisations: registered and verified by administrators, found by their partners."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field
from starlette.responses import Response

from bordergate.auth import Permission, Resource, Role
from bordergate.border import TaxCode
from bordergate.http import Door, GateRouter, Page, Paging
from events.words import OrganisationKind
from services.identity.api.sessions import Strict
from services.identity.commands import RegisterOrganisation, register_organisation, verify_organisation
from services.identity.queries import (
    OrganisationView,
    PartnerView,
    organisations_found,
    organisations_seen,
    partner_found,
    partners_named,
)
from services.identity.repository import organisation_of

router = GateRouter()

FIRMS = frozenset({Role.TRADER, Role.AGENT, Role.CARRIER, Role.YARD})

REGISTER = Permission("identity.register_organisation", every={Role.ADMIN})
VERIFY = Permission("identity.verify_organisation", every={Role.ADMIN})
SEE = Permission("identity.see_organisation", own=FIRMS, every={Role.ADMIN, Role.AUDITOR})
FIND_PARTNER = Permission("identity.find_partner", every=frozenset(Role) - {Role.DRIVER})

Name = Annotated[str, Field(min_length=1, max_length=200)]
MOST_NAMES = 100


class Names(Strict):
    """An organisation's name in each language; without an English one the Vietnamese stands."""

    vi: Name
    zh: Name
    en: Name | None = None


class NewOrganisation(Strict):
    """A firm or an authority to register; `trusted` is a programme's status such as AEO."""

    kind: OrganisationKind
    names: Names
    tax_code: TaxCode | None = None
    trusted: bool = False
    verified: bool = False

    def command(self) -> RegisterOrganisation:
        """What is asked."""
        names = self.names.model_dump(exclude_none=True)
        return RegisterOrganisation(self.kind, names, self.tax_code, self.trusted, self.verified)


class ByTaxCode(Strict):
    """A partner's tax code: in the body, since it may be a person's number."""

    tax_code: TaxCode


class Sought(Strict):
    """A part of a name, or a whole tax code or login name: in the body, since all three may be a person's."""

    text: Annotated[str, Field(min_length=2, max_length=200)]


class ByIds(Strict):
    """Organisations whose names a page shows."""

    ids: Annotated[list[UUID], Field(max_length=MOST_NAMES)]


@router.post("/organisations", permission=REGISTER, status_code=201, response_model=OrganisationView)
def post_organisation(body: NewOrganisation, door: Door) -> Response:
    """Register an organisation."""
    return door.run(
        lambda session: OrganisationView.of(register_organisation(body.command(), session, door.clock)), status=201
    )


@router.get("/organisations", permission=SEE, response_model=Page[OrganisationView])
def get_organisations(page: Paging, door: Door) -> Response:
    """Organisations: all for an administrator, else one's own."""
    return door.look(lambda session: organisations_seen(session, page))


@router.get("/organisations/{organisation_id}", permission=SEE, response_model=OrganisationView)
def get_organisation(organisation_id: UUID, door: Door) -> Response:
    """One organisation."""
    door.may(Resource(parties=frozenset({organisation_id})))
    return door.look(lambda session: OrganisationView.of(organisation_of(session, organisation_id)))


@router.post(
    "/organisations/{organisation_id}/verify", permission=VERIFY, response_model=OrganisationView, versioned=True
)
def post_verification(organisation_id: UUID, door: Door) -> Response:
    """State that the organisation is who it says."""
    return door.run(lambda session: OrganisationView.of(verify_organisation(organisation_id, session, door.expected)))


@router.post("/organisations/search", permission=SEE, response_model=list[OrganisationView], once=False)
def post_search(body: Sought, door: Door) -> Response:
    """Organisations by a part of their name or by their tax code: at most fifty, of those the caller may see."""
    return door.look(lambda session: organisations_found(session, body.text))


@router.post("/organisations/find", permission=FIND_PARTNER, response_model=PartnerView, forms=True, once=False)
def post_find(body: ByTaxCode, door: Door) -> Response:
    """Find a partner by his tax code, to name him in a registration."""
    return door.look(lambda session: partner_found(session, str(body.tax_code)), scope="all")


@router.post("/organisations/names", permission=FIND_PARTNER, response_model=list[PartnerView], once=False)
def post_names(body: ByIds, door: Door) -> Response:
    """Names for the ids other services' answers hold."""
    return door.look(lambda session: partners_named(session, body.ids), scope="all")
