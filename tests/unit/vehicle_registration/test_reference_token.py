"""The signed reference: what it says, and that nothing but what the gate signed is believed."""

from __future__ import annotations

import base64
import json
import string
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bordergate.auth import MalformedStatement, NotGenuine, Role, SigningKey, UnknownKey, key_set, read_key_set, sign
from bordergate.errors import Invalid
from bordergate.ids import new_id
from services.vehicle_registration.sheet.codes import qr_drawing
from services.vehicle_registration.sheet.token import KIND, ReferenceToken, scanned
from services.vehicle_registration.sheet.verify import main
from tests.builders.callers import a_caller
from tests.builders.registration import MORNING, a_filing

KEY = SigningKey("0197a3c2d4e57f0a8b1c2d3e4f5a6b7c", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
KEYS = read_key_set(key_set([KEY]))
FILED = a_filing(reference="LSG-260503-7K2QD-1", plate="桂F12345")
TOKEN = ReferenceToken.of(FILED, MORNING).signed(KEY)
ANY_CHARACTER = st.one_of(st.sampled_from(string.ascii_letters + string.digits + "-_.=+/ \n"), st.characters())


def test_a_token_says_what_is_compared_at_the_barrier() -> None:
    told = ReferenceToken.read(TOKEN, KEYS)
    assert told == ReferenceToken("LSG-260503-7K2QD-1", FILED.route, FILED.direction, "F12345", MORNING)


def test_a_token_names_no_person_and_no_firm() -> None:
    claims = TOKEN.split(".")[1]
    told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert set(told) == {"sub", "iat", "route", "dir", "plate"}
    assert not any(str(party) in str(told) for party in FILED.parties)


def test_the_text_a_scanner_read_is_verified_whole() -> None:
    text = scanned("https://gate.example", FILED.reference, TOKEN)
    assert text.startswith(f"https://gate.example/r/{FILED.reference}#")
    assert ReferenceToken.read(f" {text}\n", KEYS).reference == FILED.reference


@given(place=st.integers(0, len(TOKEN) - 1), other=ANY_CHARACTER)
def test_a_token_with_any_one_character_changed_is_refused(place: int, other: str) -> None:
    changed = TOKEN[:place] + other + TOKEN[place + 1 :]
    if changed.strip().rpartition("#")[2] == TOKEN:
        return
    with pytest.raises(Invalid):
        ReferenceToken.read(changed, KEYS)


@pytest.mark.parametrize("last", sorted(set(string.ascii_letters + string.digits + "-_") - {TOKEN[-1]}))
def test_the_last_character_s_unused_bits_are_no_way_round(last: str) -> None:
    with pytest.raises(Invalid):
        ReferenceToken.read(TOKEN[:-1] + last, KEYS)


@given(place=st.integers(0, len(TOKEN)), more=ANY_CHARACTER)
def test_a_token_with_one_character_more_or_less_is_refused(place: int, more: str) -> None:
    for changed in (TOKEN[:place] + more + TOKEN[place:], TOKEN[:place] + TOKEN[place + 1 :]):
        if changed.strip().rpartition("#")[2] != TOKEN:
            with pytest.raises(Invalid):
                ReferenceToken.read(changed, KEYS)


@given(text=st.text(max_size=2_100))
def test_any_other_text_is_refused_and_breaks_nothing(text: str) -> None:
    with pytest.raises(Invalid):
        ReferenceToken.read(text, KEYS)


def test_each_no_has_its_own_reason() -> None:
    other = SigningKey.generate()
    forged = ReferenceToken.of(FILED, MORNING).signed(SigningKey(KEY.kid, other.private))
    header, claims, signature = TOKEN.split(".")
    reasons = {
        MalformedStatement: ("", "a.b.c", "LSG-260503-7K2QD-1", f"{header}.{claims}", "[" * 1500 + ".a.b"),
        UnknownKey: (ReferenceToken.of(FILED, MORNING).signed(other),),
        NotGenuine: (forged, f"{header}.{claims}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"),
    }
    for reason, texts in reasons.items():
        for text in texts:
            with pytest.raises(reason):
                ReferenceToken.read(text, KEYS)


def test_no_token_of_another_kind_passes_for_a_reference() -> None:
    caller = sign(a_caller(Role.ADMIN, organisation=new_id()), KEY)
    unsigned = jwt.encode({"sub": FILED.reference}, "", algorithm="none", headers={"kid": KEY.kid, "typ": KIND})
    for other in (caller, unsigned):
        with pytest.raises(MalformedStatement):
            ReferenceToken.read(other, KEYS)


def test_what_a_genuine_key_never_signs_is_no_reference(tmp_path: Path) -> None:
    late = ReferenceToken(
        "LSG-260503-7K2QD-1", FILED.route, FILED.direction, "F12345", MORNING + timedelta(days=40_000)
    )
    wrong = ReferenceToken("LSG-260503-7K2QD-2", FILED.route, FILED.direction, "F12345", MORNING)
    for told in (late, wrong):
        with pytest.raises(MalformedStatement):
            ReferenceToken.read(told.signed(KEY), KEYS)


def test_the_command_line_tells_a_genuine_token_from_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(key_set([KEY]))
    assert main([TOKEN, "--keys", str(keys)]) == 0
    assert json.loads(capsys.readouterr().out)["reference"] == FILED.reference
    assert main([TOKEN[:-2] + "AA", "--keys", str(keys)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["code"]) == (False, "statement.not_genuine")
    assert set(told["message"]) == {"vi", "zh", "en"}
    keys.write_text("[]")
    assert main([TOKEN, "--keys", str(keys)]) == 2


def test_a_qr_is_a_drawing_without_styles_that_differs_by_what_it_says() -> None:
    drawn = [
        qr_drawing(scanned("https://gate.example", FILED.reference, text)).decode() for text in (TOKEN, TOKEN[:-1])
    ]
    assert drawn[0] != drawn[1]
    for one in drawn:
        assert one.startswith("<svg ")
        assert not any(word in one for word in ("style=", "<script", "<style"))
        assert 'fill="#fff"' in one
