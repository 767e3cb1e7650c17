"""What the gate says no to."""

from __future__ import annotations

from bordergate.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownCrossing(NotFound):
    """Nobody has told the gate of this crossing."""

    code = "gate_operations.unknown_crossing"


class NotTheirs(Forbidden):
    """This authority does not state such facts."""

    code = "gate_operations.not_theirs"


class WhichAuthority(Invalid):
    """The caller acts for several authorities and did not say for which."""

    code = "gate_operations.which_authority"


class OtherFact(Conflict):
    """Another fact was stated under the same id."""

    code = "gate_operations.other_fact"


class NotTheirFact(Conflict):
    """Only the authority that stated a fact can correct it, and only on the same crossing."""

    code = "gate_operations.not_their_fact"


class ReasonMissing(Invalid):
    """Turning a truck away and taking a fact back need a reason."""

    code = "gate_operations.reason_missing"


class NothingCorrected(Invalid):
    """A fact stated in error must say which."""

    code = "gate_operations.nothing_corrected"


class StillToCome(Invalid):
    """A fact cannot be of the future."""

    code = "gate_operations.still_to_come"


class OtherReading(Conflict):
    """Another plate was read under the same id."""

    code = "gate_operations.other_reading"
