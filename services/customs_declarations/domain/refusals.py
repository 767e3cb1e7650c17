"""What customs_declarations says no to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bordergate.errors import Conflict, Invalid, NotFound, TooMany, Wrong
from events.words import Failure


class UnknownDeclaration(NotFound):
    """There is no such declaration, or none the caller may know of."""

    code = "customs_declarations.unknown_declaration"


class AlreadyFiled(Conflict):
    """A number is filed once; what is filed is amended, not filed again."""

    code = "customs_declarations.already_filed"


class NotConnected(Conflict):
    """No system of customs is connected that could say what is declared under a number."""

    code = "customs_declarations.not_connected"


class TooManyAwaited(TooMany):
    """One declarant waits for customs' answers about more numbers than anybody files in a day."""

    code = "customs_declarations.too_many_awaited"


class NotAsked(NotFound):
    """Customs' own system is not asked about this declaration: it was typed."""

    code = "customs_declarations.not_asked"


class NotDeclared(Conflict):
    """Only the number is stated; what is declared under it is not known yet."""

    code = "customs_declarations.not_declared"


class NotNow(Conflict):
    """The declaration's stage does not allow it."""

    code = "customs_declarations.not_now"


class OnlyCustomsCancels(Conflict):
    """Customs has chosen to look at the declaration, or does: who declared it cannot give it up any more."""

    code = "customs_declarations.only_customs_cancels"


class OneNumber(Invalid):
    """A declaration of VNACCS has the number of an export or that of an import."""

    code = "customs_declarations.one_number"


class RulesBroken(Invalid):
    """The declaration breaks rules; `problems` holds every failure."""

    code = "customs_declarations.rules_broken"

    def __init__(self, failures: Sequence[Failure]) -> None:
        super().__init__(count=len(failures))
        self.failures = tuple(failures)
        self.problems = [Wrong(broken.field, broken.code, {"value": broken.value}) for broken in failures]

    def placed(self, place: Callable[[Wrong], Wrong]) -> RulesBroken:
        """The same, each fault where who sent it finds it, by the names he has for it."""
        told = RulesBroken(())
        told.details = self.details
        told.problems = [place(wrong) for wrong in self.problems]
        return told


class UnreadableXml(Invalid):
    """What was sent as XML is none, or not a declaration; `problems` holds every fault with its line."""

    code = "customs_declarations.unreadable_xml"

    def __init__(self, faults: Sequence[Wrong]) -> None:
        super().__init__(count=len(faults))
        self.problems = list(faults)
