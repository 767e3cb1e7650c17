from __future__ import annotations

from datetime import timedelta

import pytest

from bordergate.ids import new_id
from services.inspectorate.domain.case import MOST_SEEN, AlreadyDecided, Case, CaseState
from services.inspectorate.domain.trace import Detector, Seen
from tests.builders.statements import EIGHT


def a_case() -> Case:
    return Case(new_id(), Detector.PLATES_APART, "somebody", EIGHT)


def test_evidence_is_kept_once_and_the_latest_of_too_much() -> None:
    case = a_case()
    seen = [Seen(EIGHT + timedelta(minutes=number)) for number in range(MOST_SEEN + 10)]
    assert case.add(seen[:5])
    assert not case.add(seen[:5])
    case.add(seen)
    assert case.seen == tuple(seen[10:])


def test_a_case_is_decided_once() -> None:
    case, officer = a_case(), new_id()
    case.decide(CaseState.DISMISSED, "a fleet's plates", officer, EIGHT)
    assert (case.state, case.reason, case.decided_by) == (CaseState.DISMISSED, "a fleet's plates", officer)
    with pytest.raises(AlreadyDecided):
        case.decide(CaseState.CONFIRMED, "after all", officer, EIGHT)
