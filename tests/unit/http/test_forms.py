from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Response as Answer
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from bordergate.auth import Permission, Role
from bordergate.border import Whole
from bordergate.errors import Unavailable, Wrong
from bordergate.http import Door, GateRouter
from bordergate.http.csrf import FIELD, form_token
from bordergate.http.forms import OWN_FIELDS
from bordergate.http.typed import LARGEST, Typed, typed_in, values_of
from bordergate.ids import new_id
from tests.builders.callers import a_caller
from tests.builders.desk import PaperDesk, a_desk

WEIGH = Permission("desk.weigh", own={Role.TRADER})
MADE = "0197f0c0-0000-7000-8000-000000000001"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: str
    kilograms: Whole = Field(ge=1)


class Load(BaseModel):
    model_config = ConfigDict(extra="forbid")

    plate: str
    empty: bool = False
    seals: tuple[str, ...] = ()
    parts: list[Part] = []


class Loaded(BaseModel):
    id: str
    seals: tuple[str, ...]
    parts: list[Part]
    empty: bool


router = GateRouter()


@router.post("/loads", permission=WEIGH, status_code=201, response_model=Loaded, forms=True)
def post_load(body: Load, door: Door) -> Response:
    """Load."""
    if body.plate == "AWAY":
        raise Unavailable(retry_after=1)
    return door.run(lambda _: Loaded(id=MADE, **body.model_dump(exclude={"plate"})), status=201)


@router.post("/strict", permission=WEIGH)
def post_strict(body: Load, door: Door) -> Response:
    """Takes JSON only."""
    return door.run(lambda _: None)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PaperDesk]:
    made = a_desk(router, tmp_path)
    with made.client:
        yield made


TRADER = a_caller(Role.TRADER, organisation=new_id())


def sends(desk: PaperDesk, path: str = "/loads", headers: dict[str, str] | None = None, **fields: str) -> Answer:
    sent = {name.replace("__", "."): value for name, value in fields.items()}
    given = desk.issuer.headers(TRADER) if headers is None else headers
    return desk.client.post(path, data=sent, headers=given, follow_redirects=False)


def kept_in(answer: Answer, form: str = "load") -> Typed | None:
    cookie = answer.headers["set-cookie"].partition(";")[0]
    asked = Request({"type": "http", "headers": [(b"cookie", cookie.encode())]})
    return typed_in(asked, form)


def test_a_form_is_the_json_it_stands_for(desk: PaperDesk) -> None:
    fields = {
        "plate": "12C12345",
        "empty": "true",
        "seals[0]": "A",
        "seals[1]": " ",
        "seals[2]": "B",
        "parts[0].code": "X",
        "parts[0].kilograms": "7",
        "parts[1].code": "",
        "parts[1].kilograms": "",
    }
    answer = sends(desk, **fields)
    assert answer.status_code == 201
    assert answer.json() == {"id": MADE, "seals": ["A", "B"], "parts": [{"code": "X", "kilograms": 7}], "empty": True}


@pytest.mark.parametrize(("language", "written"), [("vi", "9.000"), ("en", "9,000"), ("zh", "9 000")])
def test_a_weight_is_read_as_the_forms_reader_groups_thousands(desk: PaperDesk, language: str, written: str) -> None:
    headers = {**desk.issuer.headers(TRADER), "Bordergate-Language": language}
    line = {"parts[0].code": "X", "parts[0].kilograms": written}
    assert sends(desk, headers=headers, plate="12C12345", **line).json()["parts"][0]["kilograms"] == 9000
    other = line | {"parts[0].kilograms": "9,000" if language == "vi" else "9.000"}
    (wrong,) = sends(desk, headers=headers, plate="12C12345", **other).json()["problems"]
    assert (wrong["field"], wrong["code"]) == ("$.parts[0].kilograms", "payload.not_whole")


def test_a_machine_sends_its_weights_as_numbers(desk: PaperDesk) -> None:
    load = {"plate": "12C12345", "parts": [{"code": "X", "kilograms": "9000"}]}
    answer = desk.client.post("/loads", json=load, headers=desk.issuer.headers(TRADER))
    assert [wrong["code"] for wrong in answer.json()["problems"]] == ["payload.not_number"]


def test_a_form_leads_on_to_what_it_made_and_forgets_what_was_typed(desk: PaperDesk) -> None:
    answer = sends(desk, plate="12C12345", next="/loads/{id}?event={event}", keep="load", back="/load")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/loads/{MADE}?event=")
    assert answer.headers["set-cookie"].startswith('__Host-typed-load=""; HttpOnly; Max-Age=0; Path=/')


def test_a_form_leads_to_no_other_site(desk: PaperDesk) -> None:
    assert sends(desk, plate="12C12345", next="https://elsewhere.example/").headers["location"] == "/"
    refused = sends(desk, keep="load", back="//elsewhere.example/")
    assert (refused.status_code, refused.json()["code"]) == (422, "payload.malformed")


def test_a_refused_form_finds_what_was_typed_and_everything_that_was_wrong(desk: PaperDesk) -> None:
    fields = {"parts[0].code": "X", "parts[0].kilograms": "0", "keep": "load", "whose": "me", "back": "/load"}
    answer = sends(desk, **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/load")
    assert {"HttpOnly", "Secure"} <= set(answer.headers["set-cookie"].split("; "))
    typed = kept_in(answer)
    assert typed
    assert (typed.whose, typed.page, typed.value("parts[0].code")) == ("me", "/load", "X")
    assert [wrong.code for wrong in typed.wrong_at("plate")] == ["payload.missing"]
    assert typed.wrong_at("parts[0].kilograms") == [Wrong("$.parts[0].kilograms", "payload.too_small", {"limit": 1})]


def test_who_is_no_longer_signed_in_loses_nothing(desk: PaperDesk) -> None:
    answer = sends(desk, headers={}, plate="12C12345", keep="load", whose="me", back="/load")
    assert (answer.status_code, answer.headers["location"]) == (303, "/load")
    typed = kept_in(answer)
    assert typed
    assert typed.value("plate") == "12C12345"
    assert [wrong.code for wrong in typed.wrong] == ["unauthenticated"]
    assert desk.transactions.origins == []


def test_a_database_out_of_reach_loses_nothing(desk: PaperDesk) -> None:
    typed = kept_in(sends(desk, plate="AWAY", keep="load", back="/load"))
    assert typed
    assert [wrong.code for wrong in typed.wrong] == ["unavailable"]


def test_another_site_plants_nothing_in_a_form(desk: PaperDesk) -> None:
    elsewhere = {"Origin": "https://elsewhere.example"}
    answer = sends(desk, headers=elsewhere, plate="12C12345", keep="load", back="/load")
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


def test_a_form_is_proved_by_its_own_session(desk: PaperDesk) -> None:
    cookies = {"Cookie": f"__Host-caller={desk.issuer.token(TRADER)}; __Host-session=secret"}
    asked = Request({"type": "http", "headers": [(b"cookie", b"__Host-session=secret")]})
    assert sends(desk, headers=cookies, plate="12C12345", **{FIELD: form_token(asked)}).status_code == 201
    refused = sends(desk, headers=cookies, plate="12C12345", **{FIELD: "0" * 64})
    assert (refused.status_code, refused.json()["code"]) == (403, "auth.forged")


def test_a_route_that_takes_no_forms_takes_none(desk: PaperDesk) -> None:
    assert sends(desk, "/strict", plate="12C12345").status_code == 422


def test_a_form_that_is_no_text_is_malformed(desk: PaperDesk) -> None:
    headers = desk.issuer.headers(TRADER)
    files = {"plate": ("plate.txt", b"12C12345")}
    assert desk.client.post("/loads", files=files, headers=headers).status_code == 422
    assert sends(desk, plate="12C\x0012345").status_code == 422


def test_the_description_says_which_operations_take_forms(desk: PaperDesk) -> None:
    told = desk.client.get("/openapi.json").json()["paths"]
    assert set(told["/loads"]["post"]["requestBody"]["content"]) == {
        "application/json",
        "application/x-www-form-urlencoded",
    }
    assert "303" in told["/loads"]["post"]["responses"]
    assert set(told["/strict"]["post"]["requestBody"]["content"]) == {"application/json"}


def test_a_later_page_replaces_only_its_own_fields() -> None:
    form = FormData([("route", "hn-1119"), ("seals[0]", "")])
    before = Typed("load", "me", "/load", {"plate": "12C12345", "seals": ["A"]}, (Wrong("$.seals[0]", "R014"),))
    later = Typed("load", "me", "/load/2", values_of(form, OWN_FIELDS))
    both = before.merged(later, frozenset({"route", "seals"}))
    assert (both.values, both.wrong, both.page) == ({"plate": "12C12345", "route": "hn-1119"}, (), "/load/2")


def test_what_is_too_much_for_a_cookie_is_not_kept_in_one() -> None:
    plenty = {f"field_{number}": str(new_id()) for number in range(400)}
    assert Typed("load", "me", "/load", plenty).packed() is None
    assert len(Typed("load", "me", "/load", {"plate": "12C12345"}).packed() or "") < LARGEST


@pytest.mark.parametrize("text", ["", "x", "eJw=", "eJyLjgUAARUAuQ==", "AAAA" * 2000])
def test_a_cookie_that_is_none_of_ours_says_nothing(text: str) -> None:
    assert Typed.unpacked("load", text) is None


def test_a_form_that_is_not_kept_is_told_the_problem_at_its_page(desk: PaperDesk) -> None:
    answer = sends(desk, plate="AWAY", back="/load")
    assert (answer.status_code, answer.headers["location"]) == (303, "/load?problem=unavailable")
