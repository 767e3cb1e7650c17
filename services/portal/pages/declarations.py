"""Declarations: found, looked at with their history, amended; the browser asks their owner with the reader's token."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Query
from starlette.responses import Response

from bordergate.auth import Permission, Role
from bordergate.http import Door, GateRouter
from bordergate.http.typed import Typed
from bordergate.i18n import Language, catalogue, text
from services.portal.pages.desk import asks_customs
from services.portal.pages.filing import typed_for
from services.portal.pages.frame import SEE_DECLARATIONS, page

DECLARANTS = frozenset({Role.TRADER, Role.AGENT})
AMEND = Permission("portal.amend_declarations", own=DECLARANTS)
WATCHES_SOURCE = frozenset({Role.CUSTOMS, Role.GATE_OPERATOR, Role.AUDITOR, Role.ADMIN})
"""Who may see how customs' own system stands, as customs has it."""
STAGES = (
    "AWAITED",
    "CONTESTED",
    "REGISTERED",
    "CHANNELLED",
    "UNDER_CHECK",
    "RELEASED_TO_STORAGE",
    "CLEARED",
    "CANCELLED",
)
LINES = 2
REASONS = ("customs_declarations.not_its_own", "customs_declarations.cancelled_by_customs")
"""Why a declaration was cancelled, when nobody wrote it in words."""


def register(router: GateRouter) -> None:
    """The declarations' pages."""
    router.get("/declarations", permission=SEE_DECLARATIONS)(get_declarations)
    router.get("/declarations/{declaration_id:uuid}", permission=SEE_DECLARATIONS)(get_declaration)
    router.get("/declarations/{declaration_id:uuid}/amend", permission=AMEND)(get_amend)


def get_declarations(door: Door) -> Response:
    """Declarations found by number and stage."""
    return page(
        door,
        "declarations.html",
        "declarations",
        stages=STAGES,
        words=words_of(door.language),
        watches=asks_customs(door) and bool(door.caller.roles & WATCHES_SOURCE),
    )


def get_declaration(door: Door, declaration_id: UUID) -> Response:
    """One declaration: its goods, its history, and what the reader may do about it."""
    return page(
        door,
        "declaration.html",
        "declarations",
        declaration_id=declaration_id,
        words=words_of(door.language),
        declares=bool(door.caller.roles & DECLARANTS),
        decides=Role.CUSTOMS in door.caller.roles,
        connected=asks_customs(door),
    )


def get_amend(door: Door, declaration_id: UUID, anew: Annotated[str | None, Query(max_length=5)] = None) -> Response:
    """What is declared, to be changed; what was typed and refused is still there."""
    here = f"/declarations/{declaration_id}/amend"
    before = typed_for(door, "amend")
    begun = before if before and before.page == here and anew is None else None
    typed = begun or Typed("amend", str(door.caller.id), here)
    lines = typed.values.get("lines")
    rows = max(LINES, len(lines) + 1 if isinstance(lines, list) else 0)
    return page(
        door,
        "declaration_amend.html",
        "declarations",
        declaration_id=declaration_id,
        typed=typed,
        begun=begun is not None,
        path=here,
        rows=rows,
        once=uuid4(),
    )


def words_of(language: Language) -> dict[str, str]:
    """What the pages' scripts say: stages, acts, channels, roles, fields, reasons."""
    of_declaration = ("stage", "act", "how", "answer")
    families = (*(f"declaration.{name}" for name in of_declaration), "channel", "direction", "role", "field")
    return {f"reason.{code}": text(code, language) for code in REASONS} | {
        code.removeprefix("portal.").removeprefix("declaration."): text(code, language)
        for code in catalogue().entries
        if code.startswith(tuple(f"portal.{family}." for family in families))
    }
