"""The table of contents of customs' declarations."""

from __future__ import annotations

from bordergate.service import Service
from services.customs_declarations import reactions, timers
from services.customs_declarations.api import router
from services.customs_declarations.commands import JudgeAnew, LawChanges, SimulatedCustoms
from services.customs_declarations.domain.rules import RULES, goods_have_what_is_asked_of_them
from services.customs_declarations.queries import source_findings
from services.customs_declarations.source.desk import InquiryDesk
from services.customs_declarations.tables import metadata

service = Service(
    name="customs_declarations",
    metadata=metadata,
    router=router,
    reactions=dict.fromkeys(reactions.HEARD, reactions.follow_crossings),
    rules=tuple(rule for rule in RULES if rule is not goods_have_what_is_asked_of_them),  # it asks others of the list
    timers={
        SimulatedCustoms: timers.act_as_customs,
        JudgeAnew: timers.judge_anew,
        LawChanges: timers.change_law,
    },
    after_reference=timers.follow_law,
    workers={"source": InquiryDesk},
    findings=source_findings,
)
