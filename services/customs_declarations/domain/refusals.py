"""What customs_declarations says no to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bordergate.errors import Conflict, Invalid, NotFound, Wrong
from events.words import Failure


class UnknownDeclaration(NotFound):
    """There is no such declaration, or none the caller may know of."""

    code = "customs_declarations.unknown_declaration"


class AlreadyFiled(Conflict):
    """A number is filed once; what is filed is amended, not filed again."""

    code = "customs_declarations.already_filed"


class NotNow(Conflict):
    """The declaration's stage does not allow it."""

    code = "customs_declarations.not_now"


class OneNumber(Invalid):
    """A declaration of VNACCS has the number of an export or that of an import."""

    code = "customs_declarations.one_number"


class RulesBroken(Invalid):
    """The declaration breaks rules; `problems` holds every failure."""

    code = "customs_declarations.rules_broken"

    def __init__(self, failures: Sequence[Failure]) -> None:
        super().__init__(count=len(failures))
        self.problems = [Wrong(broken.field, broken.code, {"value": broken.value}) for broken in failures]

    def named(self, rename: Callable[[str], str]) -> RulesBroken:
        """The same, its fields called as who sent them calls them."""
        told = RulesBroken(())
        told.details = self.details
        told.problems = [wrong._replace(field=rename(wrong.field or "$")) for wrong in self.problems]
        return told
