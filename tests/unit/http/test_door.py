from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from bordergate.auth import Role
from bordergate.http import GateRouter
from bordergate.http.csrf import FIELD
from bordergate.http.edge import Edge
from bordergate.ids import new_id
from tests.builders.callers import a_caller, a_driver
from tests.builders.desk import PaperDesk, a_desk
from tests.builders.weighing import GOOD, WEIGH, router


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PaperDesk]:
    made = a_desk(router, tmp_path)
    with made.client:
        yield made


def test_a_trader_weighs_what_is_his(desk: PaperDesk) -> None:
    own = new_id()
    headers = desk.issuer.headers(a_caller(Role.TRADER, organisation=own))
    answer = desk.client.post(f"/weighings/{own}", json=GOOD, headers=headers)
    assert (answer.status_code, answer.json(), answer.headers["etag"]) == (201, {"kilograms": 7, "version": 3}, '"3"')
    assert desk.transactions.seen_as == [(own, "own")]
    assert desk.transactions.origins[0].actor.role == "TRADER"


def test_nobody_signed_in_is_refused_in_three_languages(desk: PaperDesk) -> None:
    answer = desk.client.post(f"/weighings/{new_id()}", json=GOOD, headers={"Accept-Language": "zh-CN,en;q=0.5"})
    told = answer.json()
    assert (answer.status_code, told["code"], told["title"]) == (401, "unauthenticated", "未登录")
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["messages"].keys() == {"vi", "zh", "en"}
    assert told["detail"] == told["messages"]["zh"]


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "vi"),
        ({"Accept-Language": "fr;q=0.9, en;q=0.1"}, "en"),
        ({"Accept-Language": "en", "Cookie": "language=zh"}, "zh"),
        ({"Bordergate-Language": "vi", "Cookie": "language=zh"}, "vi"),
        ({"Accept-Language": "xx;q=yy,,"}, "vi"),
    ],
)
def test_the_page_chooses_the_language_before_the_browser(
    desk: PaperDesk, headers: dict[str, str], language: str
) -> None:
    assert desk.client.get("/nothing", headers=headers).headers["content-language"] == language


def test_what_is_anothers_is_refused_and_the_denial_audited(desk: PaperDesk) -> None:
    headers = desk.issuer.headers(a_caller(Role.TRADER, organisation=new_id()))
    answer = desk.client.post(f"/weighings/{new_id()}", json=GOOD, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    ((statement, values),) = desk.transactions.statements
    assert statement.startswith("INSERT INTO desk.audit")
    assert "denied" in values


def test_a_driver_acts_for_his_crossing_only(desk: PaperDesk) -> None:
    crossing = new_id()
    headers = desk.issuer.headers(a_driver(crossing))
    assert desk.client.post(f"/weighings/{crossing}", json=GOOD, headers=headers).status_code == 201
    assert desk.client.post(f"/weighings/{new_id()}", json=GOOD, headers=headers).status_code == 403
    assert desk.transactions.seen_as[0] == (crossing, "own")


def test_every_wrong_place_of_a_payload_is_named_at_once(desk: PaperDesk) -> None:
    own = new_id()
    headers = desk.issuer.headers(a_caller(Role.TRADER, organisation=own))
    body = {"kilograms": 0, "at": "2026-05-04T08:00:00", "container": "CSQU3054384", "colour": "red"}
    answer = desk.client.post(f"/weighings/{own}", json=body, headers=headers)
    assert answer.status_code == 422
    assert {(place["field"], place["code"]) for place in answer.json()["problems"]} == {
        ("$.kilograms", "payload.too_small"),
        ("$.at", "payload.no_zone"),
        ("$.container", "container.check_digit"),
        ("$.colour", "payload.unknown_field"),
    }


def test_the_words_to_choose_from_are_told_without_a_word_of_english(desk: PaperDesk) -> None:
    own = new_id()
    headers = desk.issuer.headers(a_caller(Role.TRADER, organisation=own))
    answer = desk.client.post(f"/weighings/{own}", json=GOOD | {"side": "US"}, headers=headers).json()
    assert answer["problems"][0]["messages"] == {
        "vi": "Giá trị phải thuộc: VN, CN.",
        "zh": "取值须为：VN, CN。",
        "en": "This must be one of: VN, CN.",
    }
    assert answer["messages"]["en"] == "What was sent is wrong in one place."


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"kilograms": NaN}',
        b'{"kilograms": 1e999}',
        b'{"kilograms": 1, "at": "\\ud800"}',
        b'{"kilograms": 1, "at": "\\u0000"}',
        b"[" * 50_000,
        b'{"a":' * 50_000,
        b"123456789012345678901234567890",
    ],
)
def test_no_body_however_broken_is_an_internal_error(desk: PaperDesk, raw: bytes) -> None:
    own = new_id()
    headers = desk.issuer.headers(a_caller(Role.TRADER, organisation=own)) | {"Content-Type": "application/json"}
    answer = desk.client.post(f"/weighings/{own}", content=raw, headers=headers)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200f", "\u061c", "\a", "\x7f", "\x85"])
@pytest.mark.parametrize("escaped", [True, False])
def test_what_nobody_sees_is_refused_where_it_stands(desk: PaperDesk, mark: str, *, escaped: bool) -> None:
    own = new_id()
    headers = desk.issuer.headers(a_caller(Role.TRADER, organisation=own)) | {"Content-Type": "application/json"}
    body = GOOD | {"container": f"CSQU{mark}3054383", "side": ["Lạng Sơn 谅山", f"so{mark}"], f"a{mark}": 1}
    sent = json.dumps(body, ensure_ascii=escaped).encode()
    answer = desk.client.post(f"/weighings/{own}", content=sent, headers=headers)
    assert answer.status_code == 422
    told = [(one["field"], one["code"]) for one in answer.json()["problems"]]
    assert sorted(told) == [(place, "payload.hidden_marks") for place in ("$", "$.container", "$.side[1]")]


def test_a_route_that_states_its_own_limit_takes_so_much_and_no_more(desk: PaperDesk) -> None:
    own = new_id()
    headers = desk.issuer.headers(a_caller(Role.TRADER, organisation=own))
    for size, status in ((2_000_000, 200), (4_000_000, 413)):
        pieces = (b"x" * 100_000 for _ in range(size // 100_000))
        for content in (b"x" * size, pieces):
            assert desk.client.post(f"/piles/{own}", content=content, headers=headers).status_code == status


def test_a_body_too_large_is_refused_declared_or_not(desk: PaperDesk) -> None:
    own = new_id()
    headers = desk.issuer.headers(a_caller(Role.TRADER, organisation=own)) | {"Content-Type": "application/json"}
    pieces = (b"x" * 100_000 for _ in range(20))
    for content in (b"x" * 2_000_000, pieces):
        answer = desk.client.post(f"/weighings/{own}", content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "http.413")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/failures/pool", 503, "unavailable"),
        ("/failures/gone", 503, "unavailable"),
        ("/failures/digits", 500, "internal"),
        ("/failures/bug", 500, "internal"),
        ("/nothing", 404, "not_found"),
        ("/a%00b", 400, "payload.value"),
        ("/weighings?cursor=%00", 400, "payload.value"),
        ("/weighings?cursor=zz", 400, "page.bad_cursor"),
        ("/weighings?limit=201", 422, "payload.malformed"),
        ("/weighings?limit=x", 422, "payload.malformed"),
    ],
)
def test_every_failure_is_a_problem(desk: PaperDesk, path: str, status: int, code: str) -> None:
    answer = desk.client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len(answer.json()["trace"]) == 32
    assert "plate" not in answer.text
    assert ("retry-after" in answer.headers) == (status == 503)


def test_a_row_nobody_can_read_is_our_fault_and_told_as_an_error(
    desk: PaperDesk, caplog: pytest.LogCaptureFixture
) -> None:
    assert desk.client.get("/failures/digits").status_code == 500
    assert [record.levelname for record in caplog.records if record.name == "bordergate.http.failures"] == ["ERROR"]
    command = desk.client.post("/failures/digits")
    assert (command.status_code, command.json()["code"]) == (422, "payload.value")


@pytest.mark.parametrize("stated", ["3", "*3", '"x"', '"3", "4"', '"99999999999"'])
def test_a_malformed_if_match_is_refused(desk: PaperDesk, stated: str) -> None:
    headers = desk.issuer.headers(a_caller(Role.GATE_OPERATOR)) | {"If-Match": stated}
    answer = desk.client.post(f"/weighings/{new_id()}", json=GOOD, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "version.malformed")


def test_who_has_this_version_already_is_told_so(desk: PaperDesk) -> None:
    answer = desk.client.get("/weighings", headers={"If-None-Match": '"3"'})
    assert (answer.status_code, answer.content) == (304, b"")


def test_a_trace_is_continued(desk: PaperDesk) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = desk.client.get("/nothing", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    assert answer.json()["trace"] == trace
    assert trace in answer.headers["traceparent"]


def test_every_answer_carries_the_security_headers(desk: PaperDesk) -> None:
    for path in ("/weighings", "/nothing", "/failures/bug"):
        headers = desk.client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "image/svg+xml", "application/pdf"])
def test_what_a_browser_opens_as_a_page_says_what_it_may_do(kind: str) -> None:
    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await Response("", media_type=kind)(scope, receive, send)

    headers = TestClient(Edge(page, service="test", threads=1, https=False)).get("/").headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert "camera=(self)" in headers["permissions-policy"]


def test_a_cookie_alone_commands_nothing(desk: PaperDesk) -> None:
    own = new_id()
    token = desk.issuer.token(a_caller(Role.TRADER, organisation=own))
    cookie = {"Cookie": f"__Host-caller={token}"}
    by_page = cookie | {"Bordergate-Csrf": "1"}
    asked = [
        (cookie, 403),
        (by_page, 201),
        (by_page | {"Origin": "http://localhost:8080", "Sec-Fetch-Site": "same-origin"}, 201),
        (by_page | {"Origin": "https://elsewhere.example"}, 403),
        (by_page | {"Sec-Fetch-Site": "cross-site"}, 403),
        (by_page | {"Sec-Fetch-Site": "same-site"}, 403),
    ]
    for headers, status in asked:
        assert desk.client.post(f"/weighings/{own}", json=GOOD, headers=headers).status_code == status


def test_a_forms_proof_holds_for_its_own_session_only(desk: PaperDesk) -> None:
    token = desk.issuer.token(a_caller(Role.GATE_OPERATOR))
    cookies = {"Cookie": f"__Host-caller={token}; __Host-session=secret"}
    refused = desk.client.post("/close", data={FIELD: "0" * 64}, headers=cookies)
    assert refused.json()["code"] == "auth.forged"


def test_an_act_of_two_needs_two_different_fresh_officers(desk: PaperDesk) -> None:
    first, second = a_caller(Role.GATE_OPERATOR), a_caller(Role.GATE_OPERATOR)
    old = a_caller(Role.GATE_OPERATOR, age=timedelta(seconds=61))
    asked = [
        (first, None, "auth.second_needed"),
        (first, first, "auth.second_needed"),
        (first, a_caller(Role.TRADER), "auth.second_needed"),
        (old, second, "auth.not_fresh"),
        (first, old, "auth.not_fresh"),
    ]
    for officer, other, code in asked:
        assert desk.client.post("/close", headers=desk.issuer.headers(officer, other)).json()["code"] == code
    done = desk.client.post("/close", headers=desk.issuer.headers(first, second))
    assert done.json() == {"second": str(second.id)}


def test_a_route_without_a_permission_cannot_be_registered() -> None:
    with pytest.raises(ValueError, match="must name its permission"):
        GateRouter().get("/open")
    with pytest.raises(ValueError, match="must name its permission"):
        GateRouter().get("/both", permission=WEIGH, public="no")


def test_the_description_names_permission_and_refusals(desk: PaperDesk) -> None:
    told = desk.client.get("/openapi.json").json()
    operation = told["paths"]["/weighings/{owner}"]["post"]
    assert told["openapi"].startswith("3.1")
    assert operation["x-permission"]["every"] == ["GATE_OPERATOR"]
    assert {"400", "401", "403", "409", "412", "413", "422", "429", "503"} <= operation["responses"].keys()
    assert "Problem" in told["components"]["schemas"]


def test_the_description_names_the_headers_an_operation_takes_and_no_other(desk: PaperDesk) -> None:
    paths = desk.client.get("/openapi.json").json()["paths"]

    def taken(path: str, method: str = "post") -> dict[str, bool]:
        named = paths[path][method].get("parameters", ())
        return {one["name"]: one["required"] for one in named if one["in"] == "header"}

    assert taken("/close") == {"Bordergate-Second": True, "If-Match": False, "Idempotency-Key": False}
    assert taken("/weighings/{owner}") == {"If-Match": False, "Idempotency-Key": False}
    assert taken("/piles/{owner}") == {"Idempotency-Key": False}
    assert taken("/lists", "get") == taken("/failures/{kind}") == taken("/secrets") == {}


def test_a_version_is_compared_only_where_that_is_declared(desk: PaperDesk) -> None:
    headers = desk.issuer.headers(a_caller(Role.GATE_OPERATOR), a_caller(Role.GATE_OPERATOR)) | {"If-Match": '"four"'}
    assert desk.client.post("/close", headers=headers).json()["code"] == "version.malformed"
    assert desk.client.post("/secrets", headers=headers).status_code == 500, "the handler asks what is not declared"


def test_who_lacks_the_second_officer_is_told_the_header(desk: PaperDesk) -> None:
    refused = desk.client.post("/close", headers=desk.issuer.headers(a_caller(Role.GATE_OPERATOR))).json()
    assert "Bordergate-Second" in refused["hint"]


@pytest.mark.parametrize(
    ("posted", "asked", "shown"),
    [
        ((), None, None),
        ((), "tt-1088", ["tt-1088"]),
        (("hn-1119", "cn-1104"), None, ["cn-1104", "hn-1119"]),
        (("hn-1119", "cn-1104"), "hn-1119", ["hn-1119"]),
    ],
)
def test_a_list_is_of_the_route_asked_for_or_of_the_callers_posting(
    desk: PaperDesk, posted: tuple[str, ...], asked: str | None, shown: list[str] | None
) -> None:
    officer = a_caller(Role.GATE_OPERATOR, routes=frozenset(posted))
    answer = desk.client.get("/lists", params={"route": asked} if asked else {}, headers=desk.issuer.headers(officer))
    assert answer.json() == {"routes": shown}


def test_a_list_of_a_route_beyond_the_posting_is_refused(desk: PaperDesk) -> None:
    officer = a_caller(Role.GATE_OPERATOR, routes=frozenset({"hn-1119"}))
    answer = desk.client.get("/lists", params={"route": "tt-1088"}, headers=desk.issuer.headers(officer))
    assert answer.status_code == 403
