"""A declaration as XML by `declaration.xsd`, in the style of the WCO Data Model: read with distrust, and written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from importlib.resources import files
from typing import Any, NamedTuple

from lxml import etree

from bordergate.errors import Wrong
from services.customs_declarations.domain.declaration import Papers
from services.customs_declarations.domain.goods import Line
from services.customs_declarations.domain.refusals import UnreadableXml

NAMESPACE = "urn:bordergate:declaration:1"
ITEM = "GoodsShipment/GovernmentAgencyGoodsItem"
MEASURE = "Commodity/GoodsMeasure"
HEAD = {
    "number": "ID",
    "type_code": "TypeCode",
    "direction": "DirectionCode",
    "destination": "GoodsShipment/Destination/CountryCode",
}
LINE = {
    "description": "Commodity/Description",
    "hs_code": "Commodity/Classification/ID",
    "un_number": "Commodity/DangerousGoods/UNDGID",
    "weight_kg": f"{MEASURE}/GrossMassMeasure",
    "net_kg": f"{MEASURE}/NetNetWeightMeasure",
    "quantity": f"{MEASURE}/TariffQuantity",
    "unit": f"{MEASURE}/TariffQuantity@unitCode",
    "value": "Commodity/InvoiceLine/ItemChargeAmount",
    "currency": "Commodity/InvoiceLine/ItemChargeAmount@currencyID",
    "coldest_c": "Commodity/HandlingTemperature/MinimumMeasure",
    "warmest_c": "Commodity/HandlingTemperature/MaximumMeasure",
    "origin": "Origin/CountryCode",
    "packages": "Packaging/QuantityQuantity",
    "package_kind": "Packaging/TypeCode",
}
"""Where each field of ours stands, in the order the schema has them; an attribute follows its element."""
DOCUMENTS = {"phytosanitary": "851", "planting_area": "PUC", "packing_house": "PHC"}
UNITS = {"weight_kg": "KGM", "net_kg": "KGM", "coldest_c": "CEL", "warmest_c": "CEL"}
WHOLE = frozenset({"weight_kg", "net_kg", "packages"})
DEEPEST = 16
MOST_FAULTS = 100
FORBIDDEN = re.compile(r"<!(DOCTYPE|ENTITY)")
ENCODING = re.compile(r"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)")
NAMED = re.compile(r"\{[^}]*\}")
PREFIXED = re.compile(r"/[^/:\[\]()]+:([^/:\[\]()']+)")
EXPECTED = re.compile(r"Expected is (?:one of )?\( (.*?) \)")
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Place(NamedTuple):
    """Where something stands in what was sent: an element, or one of its attributes."""

    element: Any
    attribute: str = ""


@dataclass(frozen=True)
class Sent:
    """What a declaration says, by our own names, and where each thing stood."""

    values: dict[str, Any]
    places: dict[str, Place] = field(default_factory=dict)

    def placed(self, wrong: Wrong) -> Wrong:
        """A fault by element and line; what is missing is missed at the element around it."""
        name = wrong.field or "$"
        while name not in self.places:
            name = name.rpartition(".")[0] if "." in name else "$"
        element, attribute = self.places[name]
        path = _shown(element) + (f"/@{attribute}" if attribute else "")
        return Wrong(path, wrong.code, dict(wrong.details) | {"line": element.sourceline})


def read_xml(body: bytes) -> Sent:
    """What was sent; raises UnreadableXml with every fault."""
    root = _parsed(_text(body))
    _refuse_unfit(root)
    sent = Sent({"lines": []}, {"$": Place(root)})
    sent.values.update(_fields(root, HEAD, "$", sent))
    wrong: list[Wrong] = []
    for place, item in enumerate(root.iterfind(_path(ITEM))):
        at = f"$.lines[{place}]"
        sent.places[at] = Place(item)
        sent.values["lines"].append(_fields(item, LINE, at, sent) | _documents(item, at, sent, wrong))
        number = item.find(_path("SequenceNumeric"))
        if int(number.text) != place + 1:
            wrong.append(_wrong("xml_sequence", number, expected=place + 1))
    if wrong:
        raise UnreadableXml(wrong)
    return sent


def _text(body: bytes) -> bytes:
    """The same as UTF-8 without a mark before it; raises UnreadableXml for another encoding, NULs and declarations."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableXml([_at(body.count(b"\n", 0, error.start) + 1, "xml_encoding")]) from error
    said = ENCODING.match(text)
    if said and said[1].upper() not in ("UTF-8", "UTF8"):
        raise UnreadableXml([_at(1, "xml_encoding")])
    if forbidden := FORBIDDEN.search(text):
        raise UnreadableXml([_at(text.count("\n", 0, forbidden.start()) + 1, "xml_declares")])
    return text.encode()


def _parsed(body: bytes) -> Any:  # noqa: ANN401 - lxml has no types of its own
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableXml([_at(error.lineno or 1, "xml_malformed")]) from error
    if deep := _too_deep(root):
        raise UnreadableXml([_at(deep, "xml_deep", most=DEEPEST)])
    return root


def _too_deep(root: Any) -> int | None:  # noqa: ANN401 - an element
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            return int(element.sourceline)
    return None


def _refuse_unfit(root: Any) -> None:  # noqa: ANN401 - an element
    """All that the schema complains of, once an element."""
    schema = etree.XMLSchema(etree.fromstring(schema_text()))  # anew: its list of faults is not safe among threads
    if schema.validate(root):
        return
    found: dict[tuple[int, str], Wrong] = {}
    for entry in schema.error_log:
        path = _plain_path(root, entry.path)
        found.setdefault((entry.line, path), _complaint(entry, path))
        if len(found) == MOST_FAULTS:
            break
    raise UnreadableXml(list(found.values()))


def schema_text() -> bytes:
    """The schema as it is published."""
    return (files(__package__ or "") / "declaration.xsd").read_bytes()


def _complaint(entry: Any, path: str) -> Wrong:  # noqa: ANN401 - lxml's
    expected = EXPECTED.search(entry.message)
    told = {"line": entry.line, "element": path.rpartition("/")[2]}
    told["expected"] = NAMED.sub("", expected[1]) if expected else "–"
    if entry.type_name == "SCHEMAV_CVC_ELT_1":
        return Wrong(path, "customs_declarations.xml_root", told | {"expected": NAMESPACE})
    if entry.type_name == "SCHEMAV_ELEMENT_CONTENT":
        kind = "xml_missing" if "Missing child" in entry.message else "xml_unexpected"
    elif entry.type_name.startswith("SCHEMAV_CVC_COMPLEX_TYPE_") and "attribute" in entry.message:
        kind = "xml_attribute"
    else:
        kind = "xml_value"
    return Wrong(path, f"customs_declarations.{kind}", told)


def _fields(root: Any, fields: dict[str, str], at: str, sent: Sent) -> dict[str, Any]:  # noqa: ANN401 - an element
    found: dict[str, Any] = {}
    for name, place in fields.items():
        path, _, attribute = place.partition("@")
        element = root.find(_path(path))
        if element is not None:
            told = element.get(attribute) if attribute else element.text
            found[name] = int(told) if name in WHOLE else told.strip()
            sent.places[f"{at}.{name}"] = Place(element, attribute)
    return found


def _documents(item: Any, at: str, sent: Sent, wrong: list[Wrong]) -> dict[str, str]:  # noqa: ANN401 - an element
    found: dict[str, str] = {}
    names = {code: name for name, code in DOCUMENTS.items()}
    for document in item.iterfind(_path("AdditionalDocument")):
        code, number = (document.find(_path(part)) for part in ("TypeCode", "ID"))
        name = names[code.text.strip()]
        if name in found:
            wrong.append(_wrong("xml_repeated", code))
        found[name] = number.text.strip()
        sent.places[f"{at}.{name}"] = Place(number)
    return found


def written(papers: Papers) -> bytes:
    """The declaration as XML; reading it gives the same declaration."""
    root = etree.Element(f"{{{NAMESPACE}}}Declaration", nsmap={None: NAMESPACE})
    for name, path in HEAD.items():
        _put(root, path, getattr(papers, name))
    for place, line in enumerate(papers.lines, start=1):
        item = etree.SubElement(_made(root, "GoodsShipment"), f"{{{NAMESPACE}}}GovernmentAgencyGoodsItem")
        _put(item, "SequenceNumeric", place)
        _write(item, line)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _write(item: Any, line: Line) -> None:  # noqa: ANN401 - an element
    for name, path in LINE.items():
        _put(item, path, getattr(line, name))
        if name in UNITS and getattr(line, name) is not None:
            _put(item, f"{path}@unitCode", UNITS[name])
    for name, code in DOCUMENTS.items():
        if number := getattr(line, name):
            document = etree.SubElement(item, f"{{{NAMESPACE}}}AdditionalDocument")
            _put(document, "TypeCode", code)
            _put(document, "ID", number)


def _put(root: Any, place: str, value: object) -> None:  # noqa: ANN401 - an element
    if value is None:
        return
    path, _, attribute = place.partition("@")
    element = root
    for name in path.split("/"):
        element = _made(element, name)
    said = NOT_IN_XML.sub(" ", f"{value:f}" if isinstance(value, Decimal) else str(value))
    if attribute:
        element.set(attribute, said)
    else:
        element.text = said


def _made(root: Any, name: str) -> Any:  # noqa: ANN401 - an element
    found = root.find(_path(name))
    return etree.SubElement(root, f"{{{NAMESPACE}}}{name}") if found is None else found


def _path(path: str) -> str:
    return "/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/"))


def _shown(element: Any) -> str:  # noqa: ANN401 - an element
    """The path of an element as a person would write it: names without their namespace, one of several by number."""
    return "/" + "/".join(reversed([_step(one) for one in (element, *element.iterancestors())]))


def _step(element: Any) -> str:  # noqa: ANN401 - an element
    name = NAMED.sub("", element.tag)
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    more = next(element.itersiblings(element.tag), None) is not None
    return f"{name}[{before + 1}]" if before or more else name


def _plain_path(root: Any, path: str | None) -> str:  # noqa: ANN401 - an element
    """The element the schema complains of; its path names foreign namespaces by prefixes only the sender knows."""
    known = PREFIXED.sub(r"/*[local-name()='\1']", path or "")
    try:
        found = root.getroottree().xpath(known) if known else []
    except etree.XPathError:
        found = []
    return _shown(found[0]) if found and hasattr(found[0], "tag") else "/Declaration"


def _wrong(kind: str, element: Any, **more: object) -> Wrong:  # noqa: ANN401 - an element
    told = {"line": element.sourceline, "element": NAMED.sub("", element.tag)} | more
    return Wrong(_shown(element), f"customs_declarations.{kind}", told)


def _at(line: int, kind: str, **more: object) -> Wrong:
    return Wrong("/", f"customs_declarations.{kind}", {"line": line} | more)
