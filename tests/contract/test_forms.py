"""Every form of every service reads its numbers as its reader writes them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from bordergate.border import Amount, Kilograms, Whole
from bordergate.http import GateRoute
from bordergate.service import installed

READ = {int: {get_args(Whole)[1], get_args(Kilograms)[1]}, Decimal: {get_args(Amount)[1]}}
"""A truck's kilograms are whole, however their thousands are grouped; any other number is read in one way alone."""


def bodies() -> Iterator[type[BaseModel]]:
    """What is asked by those operations that take plain forms."""
    for service in installed():
        for route in service.router.routes if service.router else ():
            if isinstance(route, GateRoute) and route.takes_forms and route.body_field:
                yield route.body_field.field_info.annotation


def numbers_in(told: object, around: tuple[Any, ...] = ()) -> Iterator[tuple[type, tuple[Any, ...]]]:
    """Each whole number or amount a type holds, with all that is done before it is read."""
    if get_origin(told) is Annotated:
        inner, *more = get_args(told)
        yield from numbers_in(inner, (*around, *more))
    elif told in READ:
        yield told, around
    elif isinstance(told, type) and issubclass(told, BaseModel):
        for field in told.model_fields.values():
            yield from numbers_in(field.annotation, tuple(field.metadata))
    else:
        for inner in get_args(told):
            yield from numbers_in(inner, around)


def test_no_form_takes_a_number_as_another_language_writes_it() -> None:
    found = [(body, kind, around) for body in bodies() for kind, around in numbers_in(body)]
    assert {kind for _, kind, _ in found} == {int, Decimal}
    assert [body.__name__ for body, kind, around in found if READ[kind].isdisjoint(around)] == []
