"""The rules of papers and payers: R015, R016, R030, R031 and R060, judged for the days on which the truck may come."""

from __future__ import annotations

from uuid import UUID

from events.words import Failure, OrganisationKind, PaperKind, Severity
from services.vehicle_registration.domain.demands import Matter, Payer, holds
from services.vehicle_registration.domain.dossier import Dossier
from services.vehicle_registration.domain.fleet import VehicleType


def transport_permit_holds(dossier: Dossier) -> Failure | None:
    """A truck without its permit is turned back at the barrier; here it costs a renewal."""
    return _paper(dossier, PaperKind.TRANSPORT_PERMIT, "R015", "$.vehicle_id", dossier.filing.vehicle_id)


def insurance_holds(dossier: Dossier) -> Failure | None:
    """An uninsured truck does not enter."""
    return _paper(dossier, PaperKind.INSURANCE, "R016", "$.vehicle_id", dossier.filing.vehicle_id)


def inspection_holds(dossier: Dossier) -> Failure | None:
    """A truck that was not inspected does not enter."""
    return _paper(dossier, PaperKind.INSPECTION, "R016", "$.vehicle_id", dossier.filing.vehicle_id)


def trailer_insurance_holds(dossier: Dossier) -> Failure | None:
    """A trailer is insured apart from what hauls it."""
    return _trailer_paper(dossier, PaperKind.INSURANCE, "R016")


def trailer_inspection_holds(dossier: Dossier) -> Failure | None:
    """A trailer is inspected apart from what hauls it."""
    return _trailer_paper(dossier, PaperKind.INSPECTION, "R016")


def licence_holds(dossier: Dossier) -> Failure | None:
    """Whoever is named as driver may drive on the day; nobody need be named."""
    driver = dossier.filing.driver_id
    return _paper(dossier, PaperKind.LICENCE, "R060", "$.driver_id", driver) if driver else None


def payer_has_a_tax_code(dossier: Dossier) -> Failure | None:
    """Fees are owed by somebody the tax office knows; a foreign firm has no Vietnamese code."""
    payer = _payer(dossier)
    lacks = payer and payer.kind is not OrganisationKind.FOREIGN_FORWARDER and payer.tax_code_sound is False
    return _lacks(dossier, Matter.TAX_CODE, "R030") if lacks else None


def payer_is_verified(dossier: Dossier) -> Failure | None:
    """An administrator has checked that the payer is who it says."""
    payer = _payer(dossier)
    return _lacks(dossier, Matter.VERIFIED_PAYER, "R031") if payer and not payer.verified else None


def _trailer_paper(dossier: Dossier, kind: PaperKind, code: str) -> Failure | None:
    if dossier.standing is None or dossier.filing.trailer is None:
        return None
    return _paper(dossier, kind, code, "$.trailer", dossier.standing.trailer, VehicleType.TRAILER)


def _paper(
    dossier: Dossier, kind: PaperKind, code: str, field: str, holder: UUID | None, of: VehicleType | None = None
) -> Failure | None:
    standing = dossier.standing
    if standing is None:
        return None
    own = standing.papers_of(holder, kind) if holder else []
    if holds(own, *standing.days_of(dossier.filing)):
        return None
    # who has a paper that does not hold is stopped whatever is demanded: he says himself that it is over
    severity = Severity.BLOCK if own else standing.lack_of(Matter(kind), dossier.filing, of)
    value = {"paper": kind.value, "valid_to": max(paper.valid_to for paper in own).isoformat() if own else None}
    return Failure(code=code, severity=severity, field=field, value=value) if severity else None


def _payer(dossier: Dossier) -> Payer | None:
    return dossier.standing.payer if dossier.standing else None


def _lacks(dossier: Dossier, what: Matter, code: str) -> Failure | None:
    severity = dossier.standing.lack_of(what, dossier.filing) if dossier.standing else None
    return Failure(code=code, severity=severity, field="$.trader") if severity else None
