"""A trainee's best scores, in one file of the user's own data. A file of another version is told of, and left as it is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from topology.records.files import write_whole

FORMAT = 3
OLD_FORMATS = (1, 2)
"""1 has one best run for each incident, over every tool and every start; 2 no names. They are read, and written anew."""
FILE = "scores.json"


class ScoresError(Exception):
    """The file could not be read or written; the sentence says which, why, and what to do."""


class Best(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The best run of one trainee in one incident, with one tool, from one moment on (*branch*, in UTC).

    Catastrophes outweigh everything; then objectives that were missed, then how much was short, silence, wrong confirmations.
    """

    digest: str
    era: str
    minutes_short: float
    minutes_of_silence: float
    wrong_confirmations: int
    branch: str = ""
    catastrophes: int = 0
    missed: int = 0
    shortfall: float = 0.0
    trainee: str = ""

    def rank(self) -> tuple[float, ...]:
        """Order runs, the best first."""
        short, silence = self.shortfall or self.minutes_short, self.minutes_of_silence
        return self.catastrophes, self.missed, short, silence, self.wrong_confirmations

    def short(self) -> str:
        """Say it in few words: whose it is, and the worst of it."""
        worst = (
            f"{self.catastrophes} catastrophic"
            if self.catastrophes
            else f"{max(0.0, self.minutes_short):,.0f} min below a floor"
        )
        return f"{worst} · {self.trainee}" if self.trainee else worst

    def words(self) -> str:
        """Say it in a line."""
        worst = f"{self.catastrophes} catastrophic, " if self.catastrophes else ""
        start = f" from {self.branch[11:16]} UTC" if self.branch else ""
        return (
            f"{worst}{max(0.0, self.minutes_short):,.0f} min below a floor, {max(0.0, self.minutes_of_silence):,.0f} min of "
            f"silence, {self.wrong_confirmations} wrong ({self.era}{start}{f', {self.trainee}' if self.trainee else ''})"
        )


def best_of(outcome: dict[str, Any]) -> Best:
    """Give what is kept of the outcome of a run."""
    score = outcome["yours"]["score"]
    return Best(
        outcome["digest"],
        outcome["era"],
        score["minutes_short"],
        score["minutes_of_silence"],
        score["wrong_confirmations"],
        outcome["branch"],
        score["catastrophes"],
        sum(one["verdict"] == "missed" for one in outcome["yours"]["objectives"]),
        score["shortfall"],
        outcome.get("trainee", ""),
    )


class _File(msgspec.Struct, frozen=True):
    format: int
    scores: dict[str, Best] = {}


def _key(incident: str, best: Best) -> str:
    return f"{incident} {best.era} {best.branch} {best.trainee}".rstrip()


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores kept in a folder."""

    folder: Path

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / FILE

    def read(self) -> dict[str, Best]:
        """Give the best run of every incident played so far: whoever's, with whichever tool and from whichever moment.

        Raises:
            ScoresError: the file cannot be read, or is one of another version.
        """
        found: dict[str, Best] = {}
        for key, best in self.kept().items():
            name = key.split(" ")[0]
            if name not in found or best.rank() < found[name].rank():
                found[name] = best
        return found

    def kept(self) -> dict[str, Best]:
        """Give the best runs by incident, tool, start and trainee, with spaces between.

        Raises:
            ScoresError: the file cannot be read, or is one of another version.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise ScoresError(
                f"{self.path} could not be read: {error.strerror}; the best scores are not shown."
            ) from error
        try:
            found = msgspec.json.decode(data)
            version = found.get("format") if isinstance(found, dict) else None
            if version not in (FORMAT, *OLD_FORMATS):
                raise ScoresError(
                    f"{self.path} has format {version!r}; this version reads format {FORMAT}. It is left as it is, and no "
                    "score is kept: move it away to begin a new one."
                )
            scores = msgspec.convert(found, _File).scores
            return {_key(name, best): best for name, best in scores.items()} if version == 1 else scores
        except (msgspec.MsgspecError, RecursionError) as error:  # RecursionError: nested without end
            raise ScoresError(
                f"{self.path} is not a file of scores ({error}): move it away to begin a new one."
            ) from error

    def better(self, outcome: dict[str, Any]) -> Best | None:
        """Give the best run of somebody else that is better than this one, with its tool and from its start.

        Raises:
            ScoresError: the file cannot be read, or is one of another version.
        """
        mine, incident = best_of(outcome), outcome["incident"]
        others = [
            one
            for key, one in self.kept().items()
            if key.split(" ")[0] == incident
            and (one.era, one.branch, one.digest) == (mine.era, mine.branch, mine.digest)
            and one.trainee != mine.trainee
            and one.rank() < mine.rank()
        ]
        return min(others, key=Best.rank, default=None)

    def keep(self, outcome: dict[str, Any]) -> bool:
        """Keep the score of a run if it is the best of its trainee, incident, tool and start; gives whether it is.

        Raises:
            ScoresError: the file cannot be read or written; it is as it was.
        """
        best = best_of(outcome)
        scores = self.kept()
        key = _key(outcome["incident"], best)
        before = scores.get(key)
        # Another version of the incident is another exam.
        if before is not None and before.digest == best.digest and before.rank() <= best.rank():
            return False
        self._write(_File(FORMAT, {**scores, key: best}))
        return True

    def _write(self, file: _File) -> None:
        try:
            write_whole(self.path, msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n")
        except OSError as error:
            raise ScoresError(
                f"The score could not be kept in {self.path}: {error.strerror}; make room there."
            ) from error
