"""Where the links that identity hands out lead: pages of the portal, which post the token back here."""

from __future__ import annotations

INVITATION_PAGE = "/invitation"
DRIVER_PAGE = "/driver"


def invitation_link(origin: str, token: str) -> str:
    """Where a person sets his password."""
    return f"{origin}{INVITATION_PAGE}?token={token}"


def driver_link(origin: str, token: str) -> str:
    """Where a driver signs in for his crossing; also as a QR code."""
    return f"{origin}{DRIVER_PAGE}?token={token}"
