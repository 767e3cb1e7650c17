"""What somebody typed into a form, kept in his own browser until it is filed: no server learns of it before.

A form that wants this names itself in its field `keep` and says in `whose` for whom its page was made. What it holds
then comes back in a cookie that scripts cannot read, with every wrong place, and its page shows both again.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from bordergate.errors import Wrong

PREFIX = "__Host-typed-"
NAME = re.compile(r"[a-z]{1,20}")
FIELD = re.compile(r"([a-z_0-9]{1,40})(?:\[(\d{1,3})\](?:\.([a-z_0-9]{1,40}))?)?")
LASTS = 24 * 3600
LARGEST = 3_800
UNPACKED = 64_000
MOST_WRONG = 40


@dataclass(frozen=True)
class Typed:
    """What a form held when it was last sent: its values as JSON would name them, and what was wrong with them."""

    form: str
    whose: str
    page: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    wrong: tuple[Wrong, ...] = ()

    def value(self, name: str) -> str:
        """What stood in a field, named as its form names it: `plate`, `containers[0]`, `lines[0].hs_code`."""
        found = FIELD.fullmatch(name)
        value: Any = self.values.get(found[1]) if found else None
        if found and found[2]:
            value = value[int(found[2])] if isinstance(value, list) and int(found[2]) < len(value) else None
        if found and found[3]:
            value = value.get(found[3]) if isinstance(value, dict) else None
        return value if isinstance(value, str) else ""

    def wrong_at(self, name: str) -> list[Wrong]:
        """What was wrong with a field."""
        return [wrong for wrong in self.wrong if place_of(wrong) == name]

    def merged(self, later: Typed, fields: frozenset[str]) -> Typed:
        """What was typed on an earlier page of the same form and is not on the later one, with what is."""
        kept = {name: value for name, value in self.values.items() if name not in fields}
        wrong = tuple(one for one in self.wrong if root_of(place_of(one)) not in fields)
        return replace(later, values={**kept, **later.values}, wrong=wrong)

    def packed(self) -> str | None:
        """As its cookie holds it; None when it is too much for one."""
        told = [self.whose, self.page, self.values, [[w.field, w.code, w.details] for w in self.wrong[:MOST_WRONG]]]
        raw = json.dumps(told, ensure_ascii=False, default=str).encode()
        text = base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode()
        return text if len(text) <= LARGEST else None

    @classmethod
    def unpacked(cls, form: str, text: str) -> Self | None:
        """What a cookie holds; None when it is none of ours."""
        try:
            raw = zlib.decompressobj().decompress(base64.urlsafe_b64decode(text), UNPACKED)
            whose, page, values, wrong = json.loads(raw)
            places = tuple(Wrong(field, str(code), dict(details)) for field, code, details in wrong)
        except (ValueError, TypeError, binascii.Error, zlib.error, RecursionError):
            return None
        sound = isinstance(whose, str) and isinstance(page, str) and isinstance(values, dict)
        return cls(form, whose, page, values, places) if sound else None


def typed_in(request: Request, form: str) -> Typed | None:
    """What the reader typed into a form and has not filed."""
    text = request.cookies.get(PREFIX + form)
    return Typed.unpacked(form, text) if text else None


def all_typed(request: Request) -> Iterator[Typed]:
    """Everything typed and not filed, by form."""
    for name in sorted(request.cookies):
        form = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and NAME.fullmatch(form) and (typed := typed_in(request, form)):
            yield typed


def keep_typed(answer: Response, typed: Typed) -> None:
    """Let the reader's browser keep it; what is too much for a cookie is kept without its values."""
    text = typed.packed() or replace(typed, values={}).packed() or ""
    _set(answer, typed.form, text, LASTS)


def forget_typed(answer: Response, form: str) -> None:
    """It is filed, or was thrown away."""
    _set(answer, form, "", 0)


def forget_all_typed(request: Request, answer: Response) -> None:
    """Who signs out leaves nothing behind in a browser that others may use."""
    for typed in all_typed(request):
        forget_typed(answer, typed.form)


def form_named(form: FormData) -> str | None:
    """The name under which a form wants to be kept, if it does."""
    name = form.get("keep")
    return name if isinstance(name, str) and NAME.fullmatch(name) else None


def typed_of(form: FormData, page: str, own: frozenset[str], wrong: Sequence[Wrong] = ()) -> Typed | None:
    """What a form holds, if it wants to be kept; `own` are the fields that are not for its command."""
    name, whose = form_named(form), form.get("whose")
    if name is None:
        return None
    return Typed(name, whose if isinstance(whose, str) else "", page, values_of(form, own), tuple(wrong))


def values_of(form: FormData, own: frozenset[str]) -> dict[str, Any]:
    """A form as the JSON it stands for: `a[0]` and `a[1].b` are lists, what was left empty is not there."""
    values: dict[str, Any] = {}
    lists: dict[str, dict[int, Any]] = {}
    for name, value in form.multi_items():
        if name in own or (isinstance(value, str) and not value.strip()):
            continue
        found = FIELD.fullmatch(name)
        if found is None or found[2] is None:
            values[name] = value
        elif found[3]:
            line = lists.setdefault(found[1], {}).setdefault(int(found[2]), {})
            if isinstance(line, dict):
                line[found[3]] = value
        else:
            lists.setdefault(found[1], {})[int(found[2])] = value
    return values | {name: [parts[place] for place in sorted(parts)] for name, parts in lists.items()}


def fields_of(form: FormData, own: frozenset[str]) -> frozenset[str]:
    """The fields a form has, filled in or not, without their places in lists."""
    return frozenset(root_of(name) for name in form if name not in own)


def place_of(wrong: Wrong) -> str:
    """The field's name in its form."""
    return (wrong.field or "").removeprefix("$").removeprefix(".")


def root_of(name: str) -> str:
    """A field without its place in a list."""
    return re.split(r"[\[.]", name, maxsplit=1)[0]


def _set(answer: Response, form: str, value: str, seconds: int) -> None:
    answer.set_cookie(PREFIX + form, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")
