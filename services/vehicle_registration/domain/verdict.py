"""What customs said of a crossing, and what all rules of all owners found together."""

from __future__ import annotations

from events.words import Failure, Goods, Part, Severity


class Assessment(Part):
    """What customs said of the crossing's declarations."""

    failures: tuple[Failure, ...]
    goods: Goods


class Verdict(Part):
    """What all rules of all owners found together, and the goods they found it of."""

    failures: tuple[Failure, ...]
    goods: Goods

    @property
    def ready(self) -> bool:
        """Nothing blocks; a warning does not."""
        return not self.blocking

    @property
    def blocking(self) -> tuple[Failure, ...]:
        """What stands against calling the truck."""
        return tuple(failure for failure in self.failures if failure.severity is Severity.BLOCK)

    def tells(self, before: Verdict | None) -> bool:
        """Whether this is news to those who heard the verdict before."""
        if before is None or before.ready is not self.ready:
            return True
        return self.goods != before.goods if self.ready else self.failures != before.failures


def blocks_anew(before: Verdict | None, after: Verdict | None) -> list[Failure]:
    """What blocks now and did not before."""
    old = {(one.code, one.field) for one in (before.blocking if before else ())}
    return [one for one in (after.blocking if after else ()) if (one.code, one.field) not in old]
