"""What is filed of a crossing, told alike by its owner and its pages: what was amended, and what a form holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from decimal import Decimal
from typing import Any, NamedTuple

from bordergate.clock import HANOI
from bordergate.history import Change, How, aligned, in_fields, in_list
from events.vehicle_registration import Filing
from events.words import Share


def differences(before: Filing, after: Filing) -> tuple[Change, ...]:
    """Each field that differs, in the order in which it is asked for; of a driver and of ids only that it does."""
    return (
        *in_fields(before, after, ("route", "direction")),
        *_window(before, after),
        *in_fields(before, after, ("plate", "trailer")),
        *in_list("containers", before.containers, after.containers),
        *_unnamed(before, after),
        *in_fields(before, after, ("declared_empty", "two_way")),
        *in_list("declarations", before.declarations, after.declarations),
        *_shares(before.shares, after.shares),
    )


def _window(before: Filing, after: Filing) -> Iterator[Change]:
    for name in ("window_from", "window_to"):
        was, now = (getattr(filing, name).astimezone(UTC).isoformat() for filing in (before, after))
        if was != now:
            yield Change(How.CHANGED, None, name, was, now)


def _unnamed(before: Filing, after: Filing) -> Iterator[Change]:
    """What only an id stands for: another driver, another crossing to receive from, the same plate of another truck."""
    for name in ("driver_id", "empty_for", "vehicle_id"):
        same_plate = name != "vehicle_id" or before.plate == after.plate
        if same_plate and getattr(before, name) != getattr(after, name):
            yield Change(How.CHANGED, None, name)


def _shares(before: tuple[Share, ...], after: tuple[Share, ...]) -> Iterator[Change]:
    """Parts of declarations, told by declaration and line."""
    places = [[(share.declaration, share.line) for share in shares] for shares in (before, after)]
    for was, now in aligned(*places):
        old, new = (None if was is None else _part(before[was])), (None if now is None else _part(after[now]))
        if old != new:
            how = How.ADDED if old is None else How.REMOVED if new is None else How.CHANGED
            yield Change(how, None, "shares", old, new)


def _part(share: Share) -> str:
    return f"{share.declaration} · {share.line} · {plainly(share.quantity)}"


def plainly(amount: Decimal) -> str:
    """An amount as machines write it."""
    return f"{amount.normalize():f}"


def as_form(filed: Any, written: Callable[[Decimal], str] = plainly) -> dict[str, Any]:  # noqa: ANN401 - a filing, or the pages' own copy of one
    """What a form would hold that says the same, its amounts `written` for its reader.

    Whom it names as driver, only his owner knows.
    """
    start, end = filed.window_from.astimezone(HANOI), filed.window_to.astimezone(HANOI)
    return {
        "route": filed.route,
        "direction": filed.direction.value,
        "day": start.date().isoformat(),
        "starts": f"{start:%H:%M}",
        "ends": f"{end:%H:%M}",
        "plate": filed.plate,
        "trailer": filed.trailer or "",
        "containers": list(filed.containers),
        "declarations": list(filed.declarations),
        "declared_empty": str(filed.declared_empty).lower(),
        "two_way": str(filed.two_way).lower(),
        "shares": [
            {"declaration": share.declaration, "line": str(share.line), "quantity": written(share.quantity)}
            for share in filed.shares
        ],
    }


class LeftOut(NamedTuple):
    """What a copy of a crossing does not take over: its field, the code that says why, and what stood there."""

    field: str
    code: str
    value: tuple[str, ...] = ()


def left_out(filed: Any, *, over: bool, given_back: bool) -> list[LeftOut]:  # noqa: ANN401 - a filing, or the pages' own copy of one
    """What cannot be used again while an earlier crossing has it, or when it has used it up.

    Containers are free again when it is `over`; declarations only when it never took place and they are `given_back`.
    """
    found = []
    if filed.containers and not over:
        found.append(LeftOut("containers", "vehicle_registration.containers_in_use", filed.containers))
    if filed.declarations and not given_back:
        found.append(LeftOut("declarations", "vehicle_registration.declarations_used", filed.declarations))
    return found


def emptied_by(left: Iterable[LeftOut]) -> dict[str, tuple[()]]:
    """The fields that are empty in the copy; parts of declarations go with these."""
    fields = {one.field for one in left}
    return dict.fromkeys(fields | ({"shares"} if "declarations" in fields else set()), ())
