"""What the registration desk says no to."""

from __future__ import annotations

from collections.abc import Sequence

from bordergate.errors import Conflict, Invalid, NotFound, Wrong


class UnknownCrossing(NotFound):
    """There is no such crossing, or none of the caller's."""

    code = "vehicle_registration.unknown_crossing"


class UnknownRegistration(NotFound):
    """There is no such registration, or none of the caller's."""

    code = "vehicle_registration.unknown_registration"


class UnknownVehicle(NotFound):
    """There is no such vehicle, or none shared with the caller."""

    code = "vehicle_registration.unknown_vehicle"


class UnknownDriver(NotFound):
    """There is no such driver, or none shared with the caller."""

    code = "vehicle_registration.unknown_driver"


class UnknownPaper(NotFound):
    """There is no such paper, or none of a vehicle or driver that the caller may see."""

    code = "vehicle_registration.unknown_paper"


class NotThisHoldersPaper(Invalid):
    """A vehicle has no driving licence, and a driver no inspection."""

    code = "vehicle_registration.not_this_holders_paper"


class ValidityBackwards(Invalid):
    """A paper ends after it begins."""

    code = "vehicle_registration.validity_backwards"


class NotAScan(Invalid):
    """A scan is a PDF, a JPEG or a PNG, by its bytes and not by its name."""

    code = "vehicle_registration.not_a_scan"


class ScanTooLarge(Invalid):
    """A scan has at most so many megabytes."""

    code = "vehicle_registration.scan_too_large"


class NoScan(NotFound):
    """No scan of the paper was attached."""

    code = "vehicle_registration.no_scan"


class VehicleNotAvailable(Invalid):
    """The vehicle named for a crossing is not the carrier's, or the carrier has not shared it with who files."""

    code = "vehicle_registration.vehicle_not_available"


class DriverNotAvailable(Invalid):
    """The driver named for a crossing is not the carrier's, or the carrier has not shared him with who files."""

    code = "vehicle_registration.driver_not_available"


class WindowBackwards(Invalid):
    """An arrival window ends after it begins."""

    code = "vehicle_registration.window_backwards"


class WindowOver(Invalid):
    """Nobody can be expected at a time that has passed."""

    code = "vehicle_registration.window_over"


class NotEmpty(Invalid):
    """Only an empty truck can come to receive another's goods."""

    code = "vehicle_registration.not_empty"


class ShareOfNothing(Invalid):
    """A part is named of a declaration that the crossing does not name."""

    code = "vehicle_registration.share_of_nothing"


class NoOrganisation(Invalid):
    """Who files for nobody must name the trader and the carrier."""

    code = "vehicle_registration.no_organisation"


class NothingToSubmit(Conflict):
    """Every crossing of the registration was submitted before."""

    code = "vehicle_registration.nothing_to_submit"


class NotFiled(Conflict):
    """A draft has no sheet: the gate does not know of it yet."""

    code = "vehicle_registration.not_filed"


class NotADraft(Conflict):
    """Only a draft can be submitted."""

    code = "vehicle_registration.not_a_draft"


class NoLongerAmendable(Conflict):
    """A crossing can be changed until its truck is in the queue."""

    code = "vehicle_registration.no_longer_amendable"


class WithdrawTheTicket(Conflict):
    """A truck in the queue gives up its place there; its crossing is then cancelled by itself."""

    code = "vehicle_registration.withdraw_the_ticket"


class AlreadyOver(Conflict):
    """The crossing has ended."""

    code = "vehicle_registration.already_over"


class PlateKnown(Conflict):
    """The carrier has already registered this plate."""

    code = "vehicle_registration.plate_known"


class PlatesKnown(Conflict):
    """Several plates are registered already, or named twice; `problems` holds the place of each."""

    code = "vehicle_registration.plates_known"

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(count=len(wrong))
        self.problems = list(wrong)


class WeightsReversed(Invalid):
    """A truck weighs more laden than empty."""

    code = "vehicle_registration.weights_reversed"


class WrongPapers(Invalid):
    """Several things in the papers of trucks cannot be right; `problems` holds every wrong place."""

    code = "vehicle_registration.wrong_papers"

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(count=len(wrong))
        self.problems = list(wrong)


class NothingToReceive(Invalid):
    """A truck comes to receive the goods of another crossing, which its filer must be a party of."""

    code = "vehicle_registration.nothing_to_receive"


class Mistyped(Invalid):
    """What was typed cannot be meant; `problems` holds every wrong place."""

    code = "vehicle_registration.mistyped"

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(count=len(wrong))
        self.problems = list(wrong)
