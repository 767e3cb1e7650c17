"""The keys of personal data over HTTP: rotated by an administrator."""

from __future__ import annotations

from pydantic import BaseModel
from starlette.responses import Response

from bordergate.auth import Permission, Role
from bordergate.http import Door, GateRouter
from services.vehicle_registration import commands
from services.vehicle_registration.api.filing import Body, folder_of

KEEP_KEYS = Permission("vehicle_registration.keep_keys", every={Role.ADMIN})
router = GateRouter()


class Resealing(Body):
    """Whether to seal under a new key, or to go on with the current one."""

    new_key: bool = False


class Resealed(BaseModel):
    """How many were sealed again; fewer than 500 means none is left."""

    resealed: int


@router.post("/drivers/reseal", permission=KEEP_KEYS, response_model=Resealed)
def post_reseal(body: Resealing, door: Door) -> Response:
    """Rotate the key of personal data: seal up to 500 drivers, papers of drivers and names in lists again."""
    folder = folder_of(door)
    return door.run(
        lambda session: Resealed(resealed=commands.reseal_drivers(folder, session, new_key=body.new_key)),
    )
