"""What somebody who knew the future would do: each truck to the place at the gate that costs least, exactly."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from services.queue_scheduling.dispatch.urgency import value_lost
from services.queue_scheduling.simulator.site import Ending, Visit

Floats = NDArray[np.float64]
NEVER = 1e6
"""What it costs to be where one cannot be: more than all loads together."""


def least_loss(visits: Sequence[Visit], promises: Mapping[int, int] | None = None) -> float:
    """The least loss if the same calls had gone to these trucks in the best order; each was called once.

    Nobody is called before he came nor, with `promises`, after the number he was promised. Where everybody who had come
    was called the calls fall apart, and each stretch is settled by itself.
    """
    trucks = sorted(visits, key=lambda visit: (visit.truck.arrives, visit.truck.number))
    called = np.sort([visit.called for visit in visits])
    stretches = np.flatnonzero(
        [visit.truck.arrives >= before for visit, before in zip(trucks[1:], called, strict=False)]
    )
    calls = _Calls(called, _moments(visits), promises)
    edges = [0, *(stretches + 1).tolist(), len(trucks)]
    return sum(calls.settled(trucks[start:end], start) for start, end in itertools.pairwise(edges))


def _moments(visits: Sequence[Visit]) -> Floats:
    """When the first, second, … truck called came into a lane; a no-show's call as if it lay between its neighbours."""
    came = np.array([visit.state is Ending.SERVED for visit in sorted(visits, key=lambda visit: visit.called)])
    entered = np.sort([visit.entered for visit in visits if visit.state is Ending.SERVED])
    moments: Floats = np.interp(np.arange(len(came)), np.flatnonzero(came), entered)
    return moments


@dataclass(frozen=True)
class _Calls:
    """The calls of a run by their numbers: when each was made, when the truck was let in, who may have it."""

    called: Floats
    moments: Floats
    promises: Mapping[int, int] | None

    def settled(self, trucks: Sequence[Visit], start: int) -> float:
        """The least loss of some trucks with the calls that were theirs."""
        end = start + len(trucks)
        arrives = np.array([visit.truck.arrives for visit in trucks])
        possible = self.called[None, start:end] >= arrives[:, None] - 1e-9
        if self.promises is not None:
            latest = np.array([self.promises[visit.truck.number] for visit in trucks])
            possible &= np.arange(start + 1, end + 1)[None, :] <= latest[:, None]
        return _least(_costs(trucks, self.moments[start:end]), possible)


def _costs(visits: Sequence[Visit], moments: Floats) -> Floats:
    costs = np.zeros((len(visits), len(moments)))
    for row, visit in enumerate(visits):
        if visit.truck.life is not None and visit.state is Ending.SERVED:
            waited = np.maximum(moments - visit.truck.arrives, 0)
            costs[row] = losses(waited, visit.truck.life)
    return costs


def losses(waited: Floats, life: float) -> Floats:
    """V at many waits: it is straight between its corners."""
    corners = [min(4.0, 0.15 * life), 0.6 * life, life]
    found: Floats = np.interp(waited, corners, [value_lost(corner, life) for corner in corners])
    return found


def _least(costs: Floats, possible: NDArray[np.bool_]) -> float:
    priced = np.where(possible, costs, NEVER)
    rows, columns = linear_sum_assignment(priced)
    total = float(priced[rows, columns].sum())
    if total >= NEVER:
        raise AssertionError("not everybody can be served under these promises")
    return total
