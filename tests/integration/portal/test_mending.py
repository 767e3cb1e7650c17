"""The page that mends a crossing, and the history that tells what was changed."""

from __future__ import annotations

from collections.abc import Sequence

from bordergate.errors import Wrong
from bordergate.event import Envelope
from bordergate.http.typed import PREFIX, Typed
from events.streams import CrossingEvent
from events.vehicle_registration import CrossingAmended, CrossingSubmitted, Filing
from tests.builders.pages import hear
from tests.builders.stories import Story
from tests.gates import StillGate
from tests.integration.portal.test_desk import Clerk, a_firm, own_story


def filing_of(told: Sequence[Envelope[CrossingEvent]]) -> Filing:
    return next(one.data.filing for one in told if isinstance(one.data, CrossingSubmitted))


def amended(story: Story, **changes: object) -> Story:
    filing = filing_of(story.told).model_copy(update={"revision": 2, **changes})
    return story.tell(CrossingAmended(crossing_id=story.crossing_id, filing=filing, changed=tuple(changes)))


def test_the_file_tells_from_what_to_what_a_crossing_was_amended(portal: StillGate) -> None:
    clerk = Clerk(portal, a_firm(), "en")
    story = amended(own_story(clerk.caller).filed(), trailer=None, route="hn-1119", two_way=True)
    hear(portal, story)
    said = clerk.looks(f"/crossings/{story.crossing_id}")
    assert f"Trailer: <del>{filing_of(story.told).trailer}</del>" in said
    assert "Carries goods: <del>one way</del> <ins>both ways</ins>" in said


def test_the_page_that_mends_says_from_which_revision_it_was_filled_in(portal: StillGate) -> None:
    clerk = Clerk(portal, a_firm())
    story = amended(own_story(clerk.caller).filed(), trailer=None)
    hear(portal, story)
    assert '<input type="hidden" name="revision" value="2">' in clerk.looks(f"/crossings/{story.crossing_id}/mend")


def test_after_a_conflict_the_others_value_stands_where_nothing_was_typed_and_both_are_told(portal: StillGate) -> None:
    clerk = Clerk(portal, a_firm(), "en")
    story = own_story(clerk.caller).filed()
    hear(portal, story)
    here = f"/crossings/{story.crossing_id}/mend"
    by_another = {"before": "one", "after": "12R00199", "now": "12R00199"}
    by_both = {"before": "EXPORT", "after": "IMPORT", "now": "IMPORT"}
    wrong = (
        Wrong(None, "vehicle_registration.amended_meanwhile", {"revision": 5}),
        Wrong("$.trailer", "vehicle_registration.changed_meanwhile", by_another),
        Wrong("$.direction", "vehicle_registration.changed_by_both", by_both),
    )
    values = {"trailer": "one", "direction": "EXPORT", "revision": "1", "plate": "12C-543.21"}
    clerk.cookies[f"{PREFIX}mend"] = str(Typed("mend", str(clerk.caller.id), here, values, wrong).packed())
    said = clerk.looks(here)
    assert 'name="revision" value="5"' in said
    assert 'value="12R00199"' in said
    assert 'value="12C-543.21"' in said
    assert 'name="direction" value="EXPORT" checked' in said
    assert "from “Export” to “Import”" in said
    anew = clerk.looks(f"{here}?anew=yes")
    assert 'value="12C-543.21"' not in anew
    assert 'name="revision" value="1"' in anew
