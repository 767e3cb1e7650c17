"""Where the links that identity hands out lead: pages of the portal, which post the token back here."""

from __future__ import annotations

import segno

INVITATION_PAGE = "/invitation"
DRIVER_PAGE = "/driver"


def invitation_link(origin: str, token: str) -> str:
    """Where a person sets his password."""
    return f"{origin}{INVITATION_PAGE}?token={token}"


def driver_link(origin: str, token: str) -> str:
    """Where a driver signs in for his crossing; also as a QR code."""
    return f"{origin}{DRIVER_PAGE}?token={token}"


def drawn(link: str) -> str:
    """A link as a QR that a phone reads off a screen: a picture in the form of an address, dark on white."""
    return segno.make_qr(link, error="m").svg_data_uri(border=4, scale=4, light="#fff")
