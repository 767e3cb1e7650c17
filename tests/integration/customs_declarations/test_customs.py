from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bordergate.auth import Role
from bordergate.ids import new_id
from events.gate_operations import CrossingCompleted, StageTakenBack, TruckRejected, TruckReturned
from events.vehicle_registration import CrossingCancelled, CrossingExpired
from events.words import Channel, CrossingState
from services.customs_declarations import commands
from services.customs_declarations.commands import FileDeclaration
from tests.builders.customs import EXPORT, FULL, some_papers
from tests.builders.statements import EIGHT
from tests.integration.customs_declarations.conftest import API, Office, a_body

SECOND = "308000000002"


def test_a_crossing_is_assessed_when_its_declaration_came_first(office: Office) -> None:
    declaration = office.files()
    (told,) = office.assessed(office.submits(EXPORT))
    assert (told.failures, told.numbers) == ((), (EXPORT,))
    assert told.goods.hs_chapters == ("08",)
    assert told.goods.shelf_life_hours == 54
    assert [str(id_) for id_ in told.declaration_ids] == [declaration["id"]]


def test_a_crossing_filed_first_fails_until_its_declaration_comes(office: Office) -> None:
    crossing = office.submits(EXPORT)
    assert office.fails(crossing) == ["R004"]
    office.files()
    assert office.fails(crossing) == []


def test_a_crossing_heard_of_twice_is_assessed_once(office: Office) -> None:
    assert len(office.assessed(office.submits(EXPORT, times=2))) == 1


def test_an_empty_crossing_is_not_customs_business(office: Office) -> None:
    assert office.assessed(office.submits(declared_empty=True)) == []


def test_a_laden_crossing_without_declarations_fails(office: Office) -> None:
    assert office.fails(office.submits()) == ["R004"]


def test_an_amended_crossing_is_assessed_by_what_it_names_now(office: Office) -> None:
    office.files()
    crossing = office.submits(SECOND)
    assert office.fails(crossing) == ["R004"]
    office.amends(crossing, EXPORT)
    assert office.fails(crossing) == []
    office.amends(crossing, declared_empty=True)
    assert office.assessed(crossing)[-1].goods.weight_kg == 0


def test_channel_clearance_and_cancellation_are_stated_on_the_crossing_too(office: Office) -> None:
    crossing, declaration = office.submits(EXPORT), office.files()
    office.does(declaration, "channel", channel="RED")
    assert office.assessed(crossing)[-1].channel is Channel.RED
    assert office.does(declaration, "clear")["stage"] == "CLEARED"
    last = office.assessed(crossing)[-1]
    assert (last.cleared, last.simulated, last.failures) == (True, False, ())


def test_customs_checks_and_lets_store_before_it_clears_and_who_did_it_is_kept(office: Office) -> None:
    declaration = office.files()
    office.does(declaration, "channel", channel="RED")
    path = f"{API}/declarations/{declaration['id']}"
    assert office.desk().post(f"{path}/check").status_code == 403
    assert office.does(declaration, "check")["stage"] == "UNDER_CHECK"
    body = {"type_code": "B11", "lines": a_body()["lines"]}
    assert office.desk().put(path, json=body).json()["code"] == "customs_declarations.not_now"
    assert office.does(declaration, "storage")["stage"] == "RELEASED_TO_STORAGE"
    assert office.does(declaration, "clear")["stage"] == "CLEARED"
    acts = office.desk().get(f"{path}/history").json()["items"]
    assert [(one["act"], one["role"]) for one in acts[:3]] == [
        ("CLEAR", "CUSTOMS"),
        ("STORE", "CUSTOMS"),
        ("CHECK", "CUSTOMS"),
    ]


def test_a_cancelled_declaration_makes_its_crossing_fail(office: Office) -> None:
    crossing, declaration = office.submits(EXPORT), office.files()
    office.does(declaration, "cancel", Role.TRADER, reason="hàng không xuất nữa")
    assert office.fails(crossing) == ["R004"]


def test_nobody_is_rid_of_the_red_channel_by_cancelling_also_not_once_he_has_amended(office: Office) -> None:
    declaration = office.files()
    path = f"{API}/declarations/{declaration['id']}"
    office.does(declaration, "channel", channel="RED")
    for amends in (False, True):
        if amends:
            body = {"type_code": "B11", "lines": a_body()["lines"]}
            assert office.desk().put(path, json=body).json()["channel"] is None
        refused = office.desk().post(f"{path}/cancel", json={"reason": "khai lại"})
        assert (refused.status_code, refused.json()["code"]) == (409, "customs_declarations.only_customs_cancels")
    office.does(declaration, "channel", channel="GREEN")
    assert office.does(declaration, "cancel", Role.TRADER, reason="khai lại")["stage"] == "CANCELLED"
    second = office.files()
    office.does(second, "channel", channel="RED")
    assert office.does(second, "cancel", reason="khai sai")["stage"] == "CANCELLED"


@pytest.mark.parametrize(
    "end",
    [
        lambda id_: CrossingCancelled(crossing_id=id_, reason="x"),
        lambda id_: CrossingExpired(crossing_id=id_, submitted_at=EIGHT),
        lambda id_: TruckReturned(crossing_id=id_, reason="x"),
        lambda id_: TruckRejected(crossing_id=id_, reason="x"),
    ],
)
def test_a_declaration_is_on_one_active_crossing_at_a_time(office: Office, end: Any) -> None:  # noqa: ANN401 - makes any event
    office.files()
    first, second = office.submits(EXPORT), office.submits(EXPORT)
    assert (office.fails(first), office.fails(second)) == ([], ["R002"])
    office.hears(end(first))
    assert office.fails(second) == []


def test_a_declaration_carried_across_is_used_up_unless_that_was_stated_in_error(office: Office) -> None:
    declaration = office.files()
    first, second = office.submits(EXPORT), office.submits(EXPORT)
    office.hears(CrossingCompleted(crossing_id=first))
    assert office.fails(second) == office.fails(office.submits(EXPORT)) == ["R002"]
    assert office.desk().get(f"{API}/declarations/{declaration['id']}/split").json()["items"][0]["left"] == "0"
    office.hears(StageTakenBack(crossing_id=first, stage=CrossingState.COMPLETED))
    office.hears(CrossingCancelled(crossing_id=first, reason="x"))
    assert office.fails(second) == []


def test_a_return_taken_back_binds_the_declaration_again(office: Office) -> None:
    office.files()
    first, second = office.submits(EXPORT), office.submits(EXPORT)
    office.hears(TruckReturned(crossing_id=first, reason="x"))
    office.hears(StageTakenBack(crossing_id=first, stage=CrossingState.RETURNED))
    assert office.fails(second) == ["R002"]


def test_everything_wrong_with_a_declaration_is_said_at_once_in_three_languages(office: Office) -> None:
    body = a_body("108000000001", type_code="A11", lines=[{"hs_code": "1", "weight_kg": 1, "un_number": "0000"}])
    answer = office.desk().post(f"{API}/declarations", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "customs_declarations.rules_broken")
    problems = answer.json()["problems"]
    assert [(one["code"], one["field"]) for one in problems] == [
        ("R003", "$.number"),
        ("R001", "$.type_code"),
        ("R020", "$.lines[0].hs_code"),
        ("customs_declarations.un_number", "$.lines[0].un_number"),
    ]
    assert all(set(one["messages"]) == {"vi", "zh", "en"} for one in problems)
    assert "108000000001" in problems[0]["message"]


def test_a_declaration_is_cancelled_for_a_reason_that_names_nobody(office: Office) -> None:
    path = f"{API}/declarations/{office.files()['id']}/cancel"
    refused = office.desk().post(path, json={"reason": "CCCD 020095012345"})
    assert (refused.status_code, refused.json()["problems"][0]["code"]) == (422, "reason.names_somebody")


def test_dangerous_goods_are_known_by_their_un_number(office: Office) -> None:
    office.files(lines=[{"hs_code": "27101211", "weight_kg": 100, "un_number": "1203"}])
    assert office.assessed(office.submits(EXPORT))[-1].goods.dangerous is True


def test_a_number_is_filed_once(office: Office) -> None:
    office.files()
    answer = office.desk(organisation=new_id()).post(f"{API}/declarations", json=a_body())
    assert (answer.status_code, answer.json()["code"]) == (409, "customs_declarations.already_filed")


def test_an_amendment_names_the_version_it_looked_at(office: Office) -> None:
    crossing, declaration = office.submits(EXPORT), office.files()
    path, body = f"{API}/declarations/{declaration['id']}", a_body(lines=[{"hs_code": "69072100", "weight_kg": 5}])
    del body["number"], body["direction"]
    stale = office.desk().request("PUT", path, json=body, headers={"If-Match": '"9"'})
    assert (stale.status_code, stale.json()["current"]) == (412, 1)
    amended = office.desk().request("PUT", path, json=body, headers={"If-Match": '"1"'})
    assert (amended.status_code, amended.json()["revision"]) == (200, 2)
    assert office.assessed(crossing)[-1].goods.hs_chapters == ("69",)


def test_an_officer_decides_of_the_goods_that_he_saw(office: Office) -> None:
    declaration, officer = office.files(), office.desk(Role.CUSTOMS)
    path, body = f"{API}/declarations/{declaration['id']}", a_body(lines=[{"hs_code": "69072100", "weight_kg": 5}])
    del body["number"], body["direction"]
    assert office.desk().request("PUT", path, json=body).status_code == 200
    chosen = {"json": {"channel": "GREEN"}, "headers": {"If-Match": f'"{declaration["version"]}"'}}
    assert officer.request("POST", f"{path}/channel", **chosen).status_code == 412
    seen = officer.get(path).json()
    assert (seen["stage"], seen["channel"]) == ("REGISTERED", None)
    chosen["headers"] = {"If-Match": f'"{seen["version"]}"'}
    assert officer.request("POST", f"{path}/channel", **chosen).json()["channel"] == "GREEN"


def test_only_customs_decides_and_only_owners_amend(office: Office) -> None:
    declaration = office.files()
    path = f"{API}/declarations/{declaration['id']}"
    assert office.desk().post(f"{path}/channel", json={"channel": "GREEN"}).status_code == 403
    stranger = office.desk(organisation=new_id())
    assert stranger.post(f"{path}/cancel", json={"reason": "x"}).status_code == 403
    assert office.desk(Role.CUSTOMS).post(f"{path}/clear").status_code == 409


def test_owners_and_the_parties_of_their_crossings_see_a_declaration(office: Office) -> None:
    declaration, carrier, stranger = office.files(), new_id(), new_id()
    path = f"{API}/declarations/{declaration['id']}"
    office.submits(EXPORT, parties=(stranger,), by=stranger)
    office.submits(EXPORT, parties=(office.trader, carrier))
    assert office.desk().get(path).status_code == 200
    assert office.desk(Role.CARRIER, carrier).get(path).status_code == 200
    assert office.desk(Role.TRADER, stranger).get(path).status_code == 404
    assert office.desk(Role.AUDITOR).get(path).status_code == 200


def test_who_names_another_firm_as_trader_neither_reads_nor_blocks_nor_profits_of_its_declaration(
    office: Office,
) -> None:
    carrier = new_id()
    declaration = office.files(lines=[{"hs_code": "27101211", "weight_kg": 100, "un_number": "1203"}])
    early = office.submits(EXPORT, parties=(office.trader, carrier), by=carrier)
    own = office.submits(EXPORT)
    assert (office.fails(early), office.fails(own)) == (["R004"], [])
    assert office.assessed(early)[-1].goods.dangerous is False
    seen = office.desk(Role.CARRIER, carrier).get(f"{API}/declarations/{declaration['id']}")
    assert seen.status_code == 404


def test_a_declaration_is_shared_with_a_carrier_who_may_then_name_it_and_taken_back(office: Office) -> None:
    carrier = new_id()
    declaration = office.files()
    office.does(declaration, "channel", channel="GREEN")
    path = f"{API}/declarations/{declaration['id']}"
    crossing = office.submits(EXPORT, parties=(carrier,), by=carrier)
    for asking, body, status in (
        (office.desk(Role.CARRIER, carrier), {"shared_with": [str(carrier)]}, 403),
        (office.desk(Role.AGENT, carrier), {"shared_with": [str(carrier)]}, 403),
        (office.desk(), {"shared_with": [str(carrier)]}, 200),
    ):
        assert asking.request("PUT", f"{path}/sharing", json=body).status_code == status
    assert office.fails(crossing) == []
    seen = office.desk(Role.CARRIER, carrier).get(path).json()
    assert (seen["shared_with"], seen["stage"], seen["revision"]) == ([str(carrier)], "CHANNELLED", 1)
    stale = office.desk().request("PUT", f"{path}/sharing", json={"shared_with": []}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert office.desk().request("PUT", f"{path}/sharing", json={"shared_with": []}).status_code == 200
    assert office.fails(crossing) == ["R004"]
    assert office.desk(Role.CARRIER, carrier).get(path).status_code == 404


def test_a_carrier_who_amends_the_trader_s_crossing_names_nothing_more_of_the_trader_s(office: Office) -> None:
    carrier = new_id()
    office.files()
    office.files(SECOND)
    crossing = office.submits(EXPORT, parties=(office.trader, carrier))
    office.amends(crossing, EXPORT, SECOND, by=carrier)
    assert office.fails(crossing) == ["R004"]
    office.amends(crossing, EXPORT, by=carrier)
    assert office.fails(crossing) == []


def test_an_agent_files_for_a_trader_who_then_sees_it(office: Office) -> None:
    agent = office.desk(Role.AGENT, new_id())
    declaration = office.files(by=agent, trader=str(office.trader))
    assert office.desk().get(f"{API}/declarations/{declaration['id']}").status_code == 200


def test_declarations_are_listed_page_by_page_and_filtered(office: Office) -> None:
    numbers = [f"30800000001{digit}" for digit in range(4)]
    filed = [office.files(number) for number in numbers]
    crossing = office.submits(*numbers[:2])
    office.does(filed[3], "channel", channel="GREEN")

    def listed(**params: Any) -> list[str]:  # noqa: ANN401 - any filter
        answer = office.desk().get(f"{API}/declarations", params=params)
        return [one["number"] for one in answer.json()["items"]]

    page = office.desk().get(f"{API}/declarations", params={"limit": 3}).json()
    assert [one["number"] for one in page["items"]] == numbers[:3]
    assert listed(limit=3, cursor=page["next"]) == numbers[3:]
    assert listed(crossing=str(crossing)) == numbers[:2]
    assert listed(stage="CHANNELLED") == numbers[3:]
    assert listed(number=numbers[1]) == [numbers[1]]
    assert office.desk(organisation=new_id()).get(f"{API}/declarations").json()["items"] == []


@pytest.mark.usefixtures("demonstration")
def test_on_a_demonstration_customs_is_played_and_marked_so(office: Office) -> None:
    crossing, declaration = office.submits(EXPORT), office.files()
    office.gate.wait(minutes=3)
    office.gate.wait(minutes=60)
    seen = office.desk().get(f"{API}/declarations/{declaration['id']}").json()
    assert (seen["stage"], seen["simulated"]) == ("CLEARED", True)
    last = office.assessed(crossing)[-1]
    assert (last.cleared, last.simulated) == (True, True)


@pytest.mark.usefixtures("demonstration")
def test_an_authority_s_own_channel_ends_the_play(office: Office) -> None:
    declaration = office.files()
    office.does(declaration, "channel", channel="RED")
    office.gate.wait(minutes=300)
    seen = office.desk().get(f"{API}/declarations/{declaration['id']}").json()
    assert (seen["stage"], seen["channel"], seen["simulated"]) == ("CHANNELLED", "RED", False)


def test_at_a_real_gate_nobody_plays_customs(office: Office) -> None:
    declaration = office.files()
    office.gate.wait(minutes=300)
    assert office.desk().get(f"{API}/declarations/{declaration['id']}").json()["stage"] == "REGISTERED"


def test_a_declaration_and_its_crossing_that_come_at_once_find_each_other(office: Office) -> None:
    trader = office.trader

    def both(serial: int) -> None:
        number, crossing = f"30800000{serial:04}", new_id()
        filed = FileDeclaration(some_papers(number, lines=(FULL,)), trader, trader)
        works = (
            office.submitting(crossing, number),
            lambda session: commands.file_declaration(filed, session, office.gate.clock) and None,
        )
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda work: office.gate.do("customs_declarations", work), works))
        assert office.fails(crossing) == []

    for serial in range(20):
        both(serial)


def test_where_customs_own_system_is_not_connected_a_number_alone_is_refused(office: Office) -> None:
    answer = office.desk().post(f"{API}/declarations/by-number", json={"number": EXPORT})
    assert (answer.status_code, answer.json()["code"]) == (409, "customs_declarations.not_connected")
    assert office.desk(Role.CUSTOMS).get(f"{API}/source").json()["connected"] is False
