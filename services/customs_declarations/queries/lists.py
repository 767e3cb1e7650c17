"""Looks at the lists of codes that a declaration is written with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from bordergate.i18n import Language
from bordergate.i18n.formats import shown_country, shown_currency
from bordergate.reference import as_of

MOST_CODES = 300
ANY_TONGUE = "und-x-icu"
"""Knows capital and small letters of every language, however the database was made."""
CALLED = {"countries": shown_country, "currencies": shown_currency}
"""Short lists whose names are the reader's language's own, not the table's."""


class CodeView(BaseModel):
    """A code and what it is called."""

    code: str
    name: str


class ListView(BaseModel):
    """A list, by code; `more` when it holds more than is told here, and the rest comes after the code `next`."""

    items: list[CodeView]
    more: bool
    next: str | None


@dataclass(frozen=True)
class Sought:
    """What is looked for in a list: codes that begin with a text or are called so, after a code."""

    text: str = ""
    after: str = ""

    def meets(self, one: CodeView) -> bool:
        """Whether a code is one of those."""
        text = self.text.strip().casefold()
        return one.code.casefold().startswith(text) or text in one.name.casefold()


def list_of(session: Session, table: Table, sought: Sought, at: datetime, language: Language) -> ListView:
    """What of a list is in force, or of that what begins with a text or is called so, in the order of its codes."""
    code, named = table.c.code, table.c.get("description", table.c.get(f"name_{language}"))
    listed = select(code).where(as_of(table, at), code > sought.after).order_by(code)
    if named is None:
        called = CALLED[table.name]
        codes = (CodeView(code=code, name=called(code, language)) for code in session.execute(listed).scalars())
        found = [one for one in codes if sought.meets(one)][: MOST_CODES + 1]
    else:
        text = sought.text.strip().lower()
        meant = func.lower(named.collate(ANY_TONGUE)).contains(text, autoescape=True)
        statement = listed.add_columns(named.label("name"))
        statement = statement.where(code.istartswith(text, autoescape=True) | meant).limit(MOST_CODES + 1)
        found = [CodeView(code=row.code, name=row.name) for row in session.execute(statement)]
    items, more = found[:MOST_CODES], len(found) > MOST_CODES
    return ListView(items=items, more=more, next=items[-1].code if more else None)
