"""What the registration desk says no to."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bordergate.errors import Conflict, Invalid, NotFound, Stale, Wrong
from events.words import Failure

MOST_CARRIERS = 8
"""Among so many firms somebody at the barrier can choose."""


class UnknownCrossing(NotFound):
    """There is no such crossing, or none of the caller's."""

    code = "vehicle_registration.unknown_crossing"


class NotInTheQueue(Conflict):
    """Tractor or driver are exchanged while the truck waits in the queue; before that, the crossing is amended."""

    code = "vehicle_registration.exchange_not_queued"


class AlreadyExchanged(Conflict):
    """There is one such change."""

    code = "vehicle_registration.exchanged_already"


class NotReadyAfter(Conflict):
    """With the other tractor or driver the truck could not be called: the one change is not used up on that."""

    code = "vehicle_registration.exchange_not_ready"

    def __init__(self, failures: Sequence[Failure]) -> None:
        super().__init__(count=len(failures))
        self.problems = [Wrong(broken.field, broken.code, {"value": broken.value}) for broken in failures]


class OneChangeOnly(Invalid):
    """Either the tractor or the driver is exchanged, and for another one."""

    code = "vehicle_registration.exchange_one"


class NotAgreed(Invalid):
    """The change may cost its fee, which must be agreed to."""

    code = "vehicle_registration.exchange_unagreed"


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


class TooShort(Invalid):
    """So short a part stands in too many numbers."""

    code = "vehicle_registration.search_too_short"


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


class NotATruck(Invalid):
    """A trailer does not come by itself: it is named behind the truck that hauls it."""

    code = "vehicle_registration.not_a_truck"


class DriverNotAvailable(Invalid):
    """The driver named for a crossing is not the carrier's, or the carrier has not shared him with who files."""

    code = "vehicle_registration.driver_not_available"


class WindowBackwards(Invalid):
    """An arrival window ends after it begins."""

    code = "vehicle_registration.window_backwards"


class WindowOver(Invalid):
    """Nobody can be expected at a time that has passed."""

    code = "vehicle_registration.window_over"


class NoSuchProvince(Invalid):
    """No province issues plates with these digits today; whether one ever did, its code says."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(field=wrong.field, **wrong.details)
        self.code = wrong.code  # type: ignore[misc]  # the class has a code for each way in which a province is wrong


class WindowTooLong(Invalid):
    """Who may come at any time is expected at none: a window has at most so many hours."""

    code = "vehicle_registration.window_too_long"


class WrongPlans(Invalid):
    """Several things in what is planned cannot be; `problems` holds every wrong place of every crossing."""

    code = "vehicle_registration.wrong_plans"

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(count=len(wrong))
        self.problems = list(wrong)


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


class AmendedMeanwhile(Stale):
    """Somebody else has changed the crossing since it was looked at; `problems` holds each place that differs."""

    code = "vehicle_registration.amended_meanwhile"

    def __init__(self, version: int, revision: int, differing: Sequence[Wrong]) -> None:
        super().__init__(current=version, revision=revision)
        self.problems = [Wrong(None, self.code, self.details), *differing]


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


class WhoseTruck(Conflict):
    """Firms have registered the plate of a truck at the barrier: somebody must say whose it is, or that it is nobody's.

    `carriers` are the firms, for the page that asks.
    """

    code = "vehicle_registration.whose_truck"

    def __init__(self, carriers: Sequence[UUID]) -> None:
        told = " ".join(str(carrier) for carrier in carriers[:MOST_CARRIERS])
        super().__init__(field="$.carrier", count=len(carriers), carriers=told)


class PreRegisteredOnly(Conflict):
    """For now the route takes only trucks that were registered before they came."""

    code = "vehicle_registration.pre_registered_only"
