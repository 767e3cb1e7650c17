"""What can be asked of customs_declarations."""

from services.customs_declarations.commands.checks import begin_check, release_to_storage
from services.customs_declarations.commands.contests import contest_number
from services.customs_declarations.commands.declarations import (
    Amend,
    FileDeclaration,
    ShareWith,
    SimulatedCustoms,
    amend,
    cancel,
    choose_channel,
    clear,
    file_declaration,
    play_customs,
    share,
)
from services.customs_declarations.commands.inquiries import StateNumber, lend_inquiry, state_number, take_answer
from services.customs_declarations.commands.law import JudgeAnew, LawChanges, follow_law, judge_anew
from services.customs_declarations.commands.loads import (
    NameDeclarations,
    end_load,
    name_declarations,
    note_arrival,
    resume_load,
)

__all__ = [
    "Amend",
    "FileDeclaration",
    "JudgeAnew",
    "LawChanges",
    "NameDeclarations",
    "ShareWith",
    "SimulatedCustoms",
    "StateNumber",
    "amend",
    "begin_check",
    "cancel",
    "choose_channel",
    "clear",
    "contest_number",
    "end_load",
    "file_declaration",
    "follow_law",
    "judge_anew",
    "lend_inquiry",
    "name_declarations",
    "note_arrival",
    "play_customs",
    "release_to_storage",
    "resume_load",
    "share",
    "state_number",
    "take_answer",
]
