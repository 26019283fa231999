"""Where a trainee stands: which incidents were played, and when each question comes back. One file of the user's own data."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import msgspec

from topology.records.files import write_whole

FORMAT = 1
FILE = "standing.json"
DAYS = (1, 3, 7, 21, 60)
"""Days until a question comes back: the first number after a first or a wrong answer, a later one after each right one."""


class StandingError(Exception):
    """The file could not be read or written; the sentence says which, why, and what to do."""


class QuestionStanding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one question stands: its place in the days, when it is *due*, and how often it was asked and answered rightly."""

    place: int
    due: date
    asked: int = 0
    right: int = 0


class PlayCount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often an incident was played to its debrief, when last, and its freeze probes: asked and answered rightly."""

    runs: int
    last: date
    probes: int = 0
    probes_right: int = 0


class TraineeStanding(msgspec.Struct, frozen=True):
    """All of it: questions by `incident/name`, incidents by name."""

    format: int = FORMAT
    questions: dict[str, QuestionStanding] = {}
    played: dict[str, PlayCount] = {}

    def due(self, today: date) -> tuple[str, ...]:
        """Give the questions that have come back, those that have waited longest first."""
        found = [(one.due, key) for key, one in self.questions.items() if one.due <= today]
        return tuple(key for _, key in sorted(found))


def answered(standing: TraineeStanding, key: str, right: bool, today: date) -> TraineeStanding:
    """Note an answer: a right one comes back later than before, a wrong one tomorrow."""
    before = standing.questions.get(key)
    place = 0 if before is None or not right else min(before.place + 1, len(DAYS) - 1)
    asked, was_right = (0, 0) if before is None else (before.asked, before.right)
    one = QuestionStanding(place, today + timedelta(days=DAYS[place]), asked + 1, was_right + right)
    return msgspec.structs.replace(standing, questions={**standing.questions, key: one})


def played(
    standing: TraineeStanding, incident: str, questions: tuple[str, ...], probes: tuple[int, int], today: date
) -> TraineeStanding:
    """Note a debrief: its questions come back tomorrow, where they were not asked before. *probes*: asked, right."""
    before = standing.played.get(incident)
    runs, asked, right = (0, 0, 0) if before is None else (before.runs, before.probes, before.probes_right)
    fresh = {
        key: QuestionStanding(0, today + timedelta(days=DAYS[0])) for key in questions if key not in standing.questions
    }
    now = PlayCount(runs + 1, today, asked + probes[0], right + probes[1])
    return msgspec.structs.replace(
        standing, played={**standing.played, incident: now}, questions={**standing.questions, **fresh}
    )


@dataclass(frozen=True, slots=True)
class StandingFile:
    """The file in a folder."""

    folder: Path

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / FILE

    def read(self) -> TraineeStanding:
        """Give what is kept; nothing where there is no file yet.

        Raises:
            StandingError: the file cannot be read, or is one of another version.
        """
        try:
            found = msgspec.json.decode(self.path.read_bytes(), type=TraineeStanding)
        except FileNotFoundError:
            return TraineeStanding()
        except OSError as error:
            raise StandingError(f"{self.path} could not be read: {error.strerror}.") from error
        except (msgspec.MsgspecError, RecursionError) as error:
            raise StandingError(
                f"{self.path} does not say where one stands ({error}): move it away to begin a new one."
            ) from error
        if found.format != FORMAT:
            raise StandingError(
                f"{self.path} has format {found.format}; this version reads format {FORMAT}. It is left as it is: "
                "move it away to begin a new one."
            )
        return found

    def write(self, standing: TraineeStanding) -> None:
        """Keep it.

        Raises:
            StandingError: the file cannot be written; it is as it was.
        """
        try:
            write_whole(self.path, msgspec.json.format(msgspec.json.encode(standing), indent=2) + b"\n")
        except OSError as error:
            raise StandingError(f"{self.path} could not be written: {error.strerror}; make room there.") from error
