"""What is typed, scanned and printed at a border, as values that cannot be built wrong."""

from bordergate.border.china import ChinesePlate
from bordergate.border.customs import DeclarationNumber, HsCode, TypeCode
from bordergate.border.examine import KINDS, Examined, Finding, UnknownKind, examine
from bordergate.border.iso import ContainerNumber, Vin
from bordergate.border.moment import Day, Moment, is_of_this_century, moment_of, moment_text
from bordergate.border.plate import Plate
from bordergate.border.reason import Reason
from bordergate.border.reference import Reference
from bordergate.border.value import BadValue, Problem, Severity, Value, Way
from bordergate.border.vietnam import CitizenId, TaxCode, VietnamesePlate
from bordergate.border.whole import Amount, Kilograms, Whole
from bordergate.border.written import amount_text

__all__ = [
    "KINDS",
    "Amount",
    "BadValue",
    "ChinesePlate",
    "CitizenId",
    "ContainerNumber",
    "Day",
    "DeclarationNumber",
    "Examined",
    "Finding",
    "HsCode",
    "Kilograms",
    "Moment",
    "Plate",
    "Problem",
    "Reason",
    "Reference",
    "Severity",
    "TaxCode",
    "TypeCode",
    "UnknownKind",
    "Value",
    "VietnamesePlate",
    "Vin",
    "Way",
    "Whole",
    "amount_text",
    "examine",
    "is_of_this_century",
    "moment_of",
    "moment_text",
]
