"""Devices that report for a carrier's vehicles, and the links that let a crossing's driver in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import SEES_ALL, Permission, Resource, Role
from bordergate.clock import RealClock
from bordergate.http import Door, GateRouter, Page, Paging
from services.identity.api.sessions import Strict
from services.identity.commands import (
    EnrolDevice,
    crossing_of,
    enrol_device,
    link_driver,
    must_be_let,
    revoke_device,
)
from services.identity.links import drawn, driver_link
from services.identity.queries import DeviceView, devices_seen
from services.identity.repository import device_of, driver_link_of

router = GateRouter()

ENROL = Permission("identity.enrol_device", own={Role.CARRIER}, every={Role.ADMIN})
SEE_DEVICES = Permission("identity.see_devices", own={Role.CARRIER}, every={Role.ADMIN, Role.AUDITOR})
LINK_DRIVER = Permission("identity.link_driver", own={Role.TRADER, Role.AGENT, Role.CARRIER}, every={Role.ADMIN})


class NewDevice(Strict):
    """A device by what it calls itself (its IMEI or the id set in its app) and the vehicle it is mounted in."""

    hardware_id: str = Field(min_length=4, max_length=64, pattern=r"^[A-Za-z0-9_.:\-]+$")
    vehicle_id: UUID


class NewDriverLink(Strict):
    """The crossing the driver is to see."""

    crossing_id: UUID


class DriverLinkView(BaseModel):
    """The link, shown once; `code` is its QR as a picture (`data:` address)."""

    id: UUID
    crossing_id: UUID
    link: str
    code: str
    expires: datetime


@router.post("/devices", permission=ENROL, status_code=201, response_model=DeviceView)
def post_device(body: NewDevice, door: Door) -> Response:
    """Enrol a device for one of the carrier's vehicles."""
    carrier = None if door.caller.roles & SEES_ALL else door.caller.organisation
    command = EnrolDevice(body.hardware_id, body.vehicle_id)
    return door.run(
        lambda session: DeviceView.of(enrol_device(command, session, door.clock, carrier=carrier)),
        status=201,
        scope="all",
    )


@router.get("/devices", permission=SEE_DEVICES, response_model=Page[DeviceView])
def get_devices(page: Paging, door: Door) -> Response:
    """Devices: all for an administrator, else the carrier's own."""
    return door.look(lambda session: devices_seen(session, page))


@router.post("/devices/{device_id}/revoke", permission=ENROL, response_model=DeviceView, versioned=True)
def post_revoke_device(device_id: UUID, door: Door) -> Response:
    """The device no longer reports."""

    def work(session: Session) -> DeviceView:
        door.may(Resource(parties=frozenset(device_of(session, device_id).parties)))
        return DeviceView.of(revoke_device(device_id, session, door.clock, door.expected))

    return door.run(work)


@router.post("/driver-links", permission=LINK_DRIVER, status_code=201, response_model=DriverLinkView, once=False)
def post_driver_link(body: NewDriverLink, door: Door) -> Response:
    """Make a link that opens one crossing to its driver."""
    now = RealClock().now()

    def work(session: Session) -> DriverLinkView:
        crossing = crossing_of(session, body.crossing_id, lock=True)
        door.may(Resource(parties=frozenset(crossing.parties), crossing=crossing.id))
        if not door.caller.roles & SEES_ALL:
            must_be_let(crossing, door.caller, session, door.clock)
        link, token = link_driver(crossing, session, now)
        address = driver_link(door.settings.origin, token)
        return DriverLinkView(
            id=link.id,
            crossing_id=link.crossing_id,
            link=address,
            code=drawn(address),
            expires=link.expires_at,
        )

    return door.run(work, status=201)


@router.post("/driver-links/{link_id}/revoke", permission=LINK_DRIVER, status_code=204)
def post_revoke_link(link_id: UUID, door: Door) -> Response:
    """The link opens nothing any more."""

    def work(session: Session) -> None:
        link = driver_link_of(session, link_id)
        door.may(Resource(parties=frozenset(link.parties), crossing=link.crossing_id))
        link.revoke(RealClock().now())

    return door.run(work)
