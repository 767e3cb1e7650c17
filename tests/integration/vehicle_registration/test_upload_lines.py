"""What is wrong with a line of a list, and what a line may say."""

from __future__ import annotations

from tests.builders.lists import go_on
from tests.integration.vehicle_registration.conftest import API, Border
from tests.integration.vehicle_registration.test_uploads import (
    HEADER,
    a_firm,
    a_line,
    as_text,
    crossings,
    faults,
    now,
    uploads,
)


def test_a_line_says_which_part_of_a_declaration_its_truck_carries(border: Border) -> None:
    firm = a_firm(border, "12C-123.45", "12C-543.21")
    header = (*HEADER, "declarations", "shares")
    laden = [a_line(plate, declared_empty="no") for plate in ("12C-123.45", "12C-543.21")]
    part, all_of_it = "308000000000/1 = 500,5; 308000000000/2=20", "308000000001"
    sent = uploads(firm, as_text([*laden[0], "", part], [*laden[1], all_of_it, ""], header=header))
    go_on(border.gate)
    assert (now(firm, sent)["stage"], faults(firm, sent)) == ("FILED", [])
    filed = {one["filing"]["plate"]: one["filing"] for one in crossings(firm)}
    assert filed["12C12345"]["declarations"] == ["308000000000"]
    assert [(one["line"], one["quantity"]) for one in filed["12C12345"]["shares"]] == [(1, "500.5"), (2, "20")]
    assert (filed["12C54321"]["declarations"], filed["12C54321"]["shares"]) == (["308000000001"], [])


def test_every_part_that_is_not_clear_is_told_with_all_else_that_is_wrong(border: Border) -> None:
    firm = a_firm(border)
    header = (*HEADER, "declarations", "shares")
    unclear = [*a_line("??", declared_empty="no"), "308000000000", "308000000000/1 = 1.500; 20; 308000000000/2=-1"]
    sent = uploads(firm, as_text(unclear, header=header))
    go_on(border.gate)
    assert faults(firm, sent) == [(2, 10, "vehicle_registration.share_unclear")] * 3 + [(2, 6, "R010")]


def test_all_that_is_wrong_with_a_line_is_told_in_one_round(border: Border) -> None:
    firm = a_firm(border)
    header = (*HEADER, "trailer", "containers", "declarations")
    line = a_line("99Z-1", direction="SIDEWAYS", starts="25:00", driver="Nobody", day="2026-05-01")
    sent = uploads(firm, as_text([*line, "13R-123.45", "CSQU3054384", "302"], header=header))
    go_on(border.gate)
    assert sorted(faults(firm, sent)) == [
        (2, 2, "payload.not_among"),
        (2, 4, "vehicle_registration.list_no_such_hour"),
        (2, 5, "vehicle_registration.window_over"),
        (2, 6, "R010"),
        (2, 7, "vehicle_registration.no_such_driver"),
        (2, 9, "plate.province_not_issued"),
        (2, 10, "R014"),
        (2, 11, "declaration_number.form"),
    ]


def test_every_fault_of_a_form_says_in_every_language_how_its_column_is_filled_in(border: Border) -> None:
    firm = a_firm(border)
    line = a_line(
        "X" * 21, route="Hữu Nghị", direction="SIDEWAYS", day="31/02/2026", starts="25:00", declared_empty="?"
    )
    sent = uploads(firm, as_text([*line[:4], "", *line[5:]]))
    go_on(border.gate)
    told = firm.asking.get(f"{API}/uploads/{sent.json()['id']}/faults").json()["items"]
    assert [one["name"] for one in told] == ["route", "direction", "day", "starts", "ends", "plate", "declared_empty"]
    assert all({*one["hint"]} == {"vi", "zh", "en"} for one in told)
    hints = {one["name"]: one["hint"]["en"] for one in told}
    assert ("31/5/2026" in hints["day"], "Export (EXPORT)" in hints["direction"]) == (True, True)


def test_as_many_declarations_as_a_crossing_can_name_fit_in_a_field_and_one_more_is_told(border: Border) -> None:
    firm = a_firm(border)
    header = (*HEADER, "declarations")
    most = [f"3080000000{number:02}" for number in range(50)]
    uploads(firm, as_text([*a_line(declared_empty="no"), ", ".join(most)], header=header))
    go_on(border.gate)
    assert crossings(firm)[0]["filing"]["declarations"] == most
    beyond = uploads(firm, as_text([*a_line(), ", ".join([*most, "308000000099"])], header=header))
    go_on(border.gate)
    assert faults(firm, beyond) == [(2, 9, "payload.too_many")]
