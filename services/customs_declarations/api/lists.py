"""The lists that declarations are written and checked by."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from bordergate.auth import Permission
from bordergate.http import Door, GateRouter
from services.customs_declarations.api.declarations import DECLARANTS, SEEING
from services.customs_declarations.queries.lists import ListView, Sought, list_of
from services.customs_declarations.tables import countries, currencies, hs_codes, package_kinds, type_codes, units

SEE_LISTS = Permission("customs_declarations.see_lists", own=DECLARANTS, every=SEEING)
TABLES = {table.name: table for table in (hs_codes, type_codes, units, package_kinds, countries, currencies)}
router = GateRouter()


class ListName(StrEnum):
    """The lists there are."""

    HS_CODES = "hs_codes"
    TYPE_CODES = "type_codes"
    UNITS = "units"
    PACKAGE_KINDS = "package_kinds"
    COUNTRIES = "countries"
    CURRENCIES = "currencies"


@router.get("/lists/{name}", permission=SEE_LISTS, response_model=ListView)
def get_list(
    door: Door,
    name: ListName,
    text: Annotated[str, Query(max_length=60)] = "",
    after: Annotated[str, Query(max_length=20, description="The `next` of the answer before.")] = "",
) -> Response:
    """What is in force of a list today, in the reader's language; or what of it begins with or holds a text."""
    table, now, sought = TABLES[name], door.clock.now(), Sought(text, after)
    return door.look(lambda session: list_of(session, table, sought, now, door.language))
