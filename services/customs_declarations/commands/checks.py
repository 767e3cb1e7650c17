"""What customs does between choosing a channel and clearing: it looks at papers and goods, or lets them be stored."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from services.customs_declarations.commands.declarations import keep_in_history
from services.customs_declarations.domain.declaration import Act, Declaration
from services.customs_declarations.repository import declaration_of


def begin_check(declaration_id: UUID, session: Session, clock: Clock) -> Declaration:
    """Customs begins to look at papers or goods; raises UnknownDeclaration and NotNow."""
    declaration = declaration_of(session, declaration_id)
    seen = declaration.version
    declaration.check()
    if declaration.version != seen:
        keep_in_history(declaration, Act.CHECK, session, clock)
    return declaration


def release_to_storage(declaration_id: UUID, session: Session, clock: Clock) -> Declaration:
    """The goods may be kept elsewhere until customs has decided; raises UnknownDeclaration and NotNow."""
    declaration = declaration_of(session, declaration_id)
    seen = declaration.version
    declaration.store()
    if declaration.version != seen:
        keep_in_history(declaration, Act.STORE, session, clock)
    return declaration
