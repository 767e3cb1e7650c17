"""An officer finds a crossing by whatever he reads on the truck or its papers, over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from bordergate.auth import Permission
from bordergate.http import Door, GateRouter, Page, Paging
from services.vehicle_registration import queries
from services.vehicle_registration.api.filing import OFFICERS
from services.vehicle_registration.queries import FoundView

SEARCH = Permission("vehicle_registration.search", every=OFFICERS)
router = GateRouter()


@router.get("/search", permission=SEARCH, response_model=Page[FoundView])
def get_found(
    door: Door,
    paging: Paging,
    text: Annotated[
        str,
        Query(
            min_length=1,
            max_length=40,
            description="At least three characters of a reference, plate, trailer, container, declaration or VIN.",
        ),
    ],
) -> Response:
    """Filed crossings by a part of any of their numbers, the newest first, on the routes the officer is posted to."""
    return door.look(lambda session: queries.crossings_found(session, paging, text, door.routes(None)))
