"""The lists that declarations are written and checked by."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from bordergate.auth import Permission
from bordergate.http import Door, GateRouter
from services.customs_declarations import queries
from services.customs_declarations.api.declarations import DECLARANTS, SEEING
from services.customs_declarations.queries import ListView
from services.customs_declarations.tables import countries, currencies, hs_codes, package_kinds, units

SEE_LISTS = Permission("customs_declarations.see_lists", own=DECLARANTS, every=SEEING)
TABLES = {table.name: table for table in (hs_codes, units, package_kinds, countries, currencies)}
router = GateRouter()


class ListName(StrEnum):
    """The lists there are."""

    HS_CODES = "hs_codes"
    UNITS = "units"
    PACKAGE_KINDS = "package_kinds"
    COUNTRIES = "countries"
    CURRENCIES = "currencies"


@router.get("/lists/{name}", permission=SEE_LISTS, response_model=ListView)
def get_list(door: Door, name: ListName, text: Annotated[str, Query(max_length=60)] = "") -> Response:
    """What is in force of a list today, in the reader's language; or what of it begins with or holds a text."""
    table, now = TABLES[name], door.clock.now()
    return door.look(lambda session: queries.list_of(session, table, text, now, door.language))
