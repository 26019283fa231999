"""What the top strip says, as a value. Light to import: the window is painted with it before anything else is loaded."""

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """Where the facts come from. Nothing that looks live is anything else."""

    LIVE = "LIVE"
    SIMULATION = "SIMULATION"
    REPLAY = "REPLAY"
    TRAINING = "TRAINING"
    DISCONNECTED = "DISCONNECTED"
    LOADING = "LOADING"
    NOT_READ = "NOT READ"


@dataclass(frozen=True, slots=True)
class StripReading:
    """What the strip says. Texts are ready for people; *stale* makes old data look old; None is not known yet."""

    mode: Mode = Mode.LOADING
    region: str = ""
    title: str = ""
    revision: str = ""
    age: str = ""
    stale: bool = False
    clock: str = ""
    below: int | None = None
    tight: int | None = None
    operator: str = ""
    unknown: int = 0
    """Subsystems that state no floor and must."""
    only_here: str = ""
    """That consoles on other machines act unseen; empty where they do not."""
    operators: int = 0
    """Operators at the region, this one among them; 0 where that is not known."""
    alarms: str = ""
    """How many alarms wait for somebody, or stand and were seen; empty where none stands."""
    loud: int = 0
    """How many wait."""
    model: bool = False
    """Whether the numbers are a model's, not facts."""
    speed: str = ""
    """How the clock of a replay runs; empty where time passes by itself."""
    silent_for: str = ""
    """How long the source has said nothing; empty while it speaks."""
