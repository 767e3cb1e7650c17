"""A list of crossings that a firm uploads: checked as a whole, then filed wholly, or only its good lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from bordergate.aggregate import Aggregate
from bordergate.errors import Conflict, Invalid, NotFound
from events.vehicle_registration import UploadForgotten, UploadWentOn
from events.words import ListColumn, UploadStage

MOST_LINES = 10_000
COLUMNS = tuple(column.value for column in ListColumn)
UNDER_WAY = frozenset({UploadStage.CHECKING, UploadStage.FILING})
NEEDED = frozenset({"route", "direction", "day", "starts", "ends", "plate"})


class UnreadableList(Invalid):
    """The file is no list: neither text with separated columns nor a workbook."""

    code = "vehicle_registration.list_unreadable"


class BadEncoding(Invalid):
    """The text is not UTF-8."""

    code = "vehicle_registration.list_encoding"


class HiddenMarks(Invalid):
    """A field holds a character nobody can see: a NUL, a mark of writing direction, a control character."""

    code = "vehicle_registration.list_hidden_marks"


class TooDense(Invalid):
    """The workbook would unpack to more than any list of crossings is."""

    code = "vehicle_registration.list_too_dense"


class TooManyLines(Invalid):
    """A list has an end."""

    code = "vehicle_registration.list_too_many_lines"


class NoLines(Invalid):
    """There is nothing to file."""

    code = "vehicle_registration.list_no_lines"


class UnknownColumn(Invalid):
    """A column has a name that no template has."""

    code = "vehicle_registration.list_unknown_column"


class MissingColumns(Invalid):
    """Columns are missing without which no crossing can be filed."""

    code = "vehicle_registration.list_missing_columns"


class UnknownUpload(NotFound):
    """There is no such list, or none of the caller's."""

    code = "vehicle_registration.unknown_upload"


class NotFaulty(Conflict):
    """Only of a list that was found faulty can the good lines be filed, or the check be made again."""

    code = "vehicle_registration.upload_not_faulty"


class NothingGood(Conflict):
    """No line of the list can be filed."""

    code = "vehicle_registration.upload_nothing_good"


@dataclass(eq=False)
class Upload(Aggregate):
    """One uploaded list; `through` counts the lines gone through in its present stage."""

    id: UUID
    organisation: UUID
    parties: list[UUID]
    uploaded_by: UUID
    uploaded_at: datetime
    kept_until: datetime
    digest: bytes
    columns: list[str]
    lines: int
    only_good: bool
    stage: UploadStage = UploadStage.CHECKING
    through: int = 0
    faulty: int = 0
    filed: int = 0
    version: int = field(default=0)

    def receive(self) -> None:
        """The list is here; its check begins."""
        self._tell()

    def check_on(self, count: int, faulty: int) -> None:
        """So many more lines were looked at; after the last it is known whether anything may be filed."""
        self.through += count
        self.faulty += faulty
        if self.through >= self.lines:
            good = self.faulty < self.unfiled if self.only_good else not self.faulty
            self._enter(UploadStage.FILING if good else UploadStage.FAULTY)
        self._tell()

    def file_good(self) -> None:
        """File the lines that were found good."""
        if self.stage is not UploadStage.FAULTY:
            raise NotFaulty
        if self.faulty >= self.unfiled:
            raise NothingGood
        self.only_good = True
        self._enter(UploadStage.FILING)
        self._tell()

    def check_again(self) -> None:
        """What was missing may be there now."""
        if self.stage is not UploadStage.FAULTY:
            raise NotFaulty
        self.look_again()

    def look_again(self) -> None:
        """Everything is checked once more; nothing was filed."""
        self._enter(UploadStage.CHECKING)
        self.faulty = 0
        self._tell()

    def give_up(self) -> None:
        """It could not be gone on with, for a reason that is none of its lines'; it may be checked again."""
        self._enter(UploadStage.FAULTY)
        self.faulty = self.unfiled
        self._tell()

    def file_on(self, count: int, filed: int, faulty: int) -> None:
        """So many more lines were gone through, and so many of them filed; others have become faulty since."""
        self.through += count
        self.filed += filed
        self.faulty += faulty
        if self.through >= self.lines:
            self.stage = UploadStage.FILED
        self._tell()

    @property
    def unfiled(self) -> int:
        """How many of its lines have not become crossings."""
        return self.lines - self.filed

    @property
    def under_way(self) -> bool:
        """Whether it is gone on with by itself."""
        return self.stage in UNDER_WAY

    def forget(self) -> None:
        """It is needed no more; what was filed of it stays."""
        self.record(UploadForgotten(organisation_id=self.organisation, upload_id=self.id))

    def _enter(self, stage: UploadStage) -> None:
        self.stage, self.through = stage, 0

    def _tell(self) -> None:
        self.record(
            UploadWentOn(
                organisation_id=self.organisation,
                upload_id=self.id,
                stage=self.stage,
                uploaded_at=self.uploaded_at,
                lines=self.lines,
                through=self.lines if self.stage is UploadStage.FAULTY else self.through,
                faulty=self.faulty,
                filed=self.filed,
            )
        )
