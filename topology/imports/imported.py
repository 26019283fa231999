"""What every import gives: a region's description with what there is to say about it, and the parts all of them share."""

from collections.abc import Iterable
from dataclasses import dataclass

from topology.imports.notes import ImportRefusedError, Note, Topic
from topology.imports.region_text import comment, table
from topology.region.description import LARGEST_TEXT
from topology.region.region import Amount

_POLICY = (
    ("pace", '"10/min"'),
    ("largest_command", '"25%"'),
    ("wave", "5"),
    ("drain_timeout", '"10 min"'),
    ("tight", '"5%"'),
    ("stale_after", '"30 s"'),
)

TABLE = "servers.csv"
"""What a description calls the table beside it, before it is known where both are written."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A description, and what there is to say about where it came from."""

    text: str
    notes: tuple[Note, ...]
    subsystems: int
    servers: int
    dependencies: int
    unprotected: tuple[str, ...]
    """Names of subsystems for which nothing states a floor: none is written, so that removals from them are refused."""
    protection: str
    """What would have stated one, such as "a budget"."""
    table: str = ""
    """The fleet table that stands beside it, under the name `TABLE`; empty where it lists no servers by name."""
    accepted: str = ""
    """What of it was accepted rather than read, in words; empty where nothing was."""


def policy() -> str:
    """Give the policy that an imported region starts with."""
    return table("[policy]", _POLICY)


def head(lines: Iterable[str], notes: Iterable[Note]) -> str:
    """Give the comment at the head of a description: *lines*, and the notes under the headings of their topics."""
    written = list(lines)
    topic: Topic | None = None
    for note in notes:
        if note.topic is not topic:
            topic = note.topic
            written += ["", f"{topic.value}:"]
        written.append(f"- {note}")
    return "\n".join(comment(line) for line in written) + "\n"


def by_topic(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Put notes into the order of their topics."""
    order = {topic: number for number, topic in enumerate(Topic)}
    return tuple(sorted(notes, key=lambda note: order[note.topic]))


def refuse_if_too_long(text: str) -> None:
    """Refuse a description that no one would read again."""
    if len(text) > LARGEST_TEXT:
        raise ImportRefusedError(
            f"The region would be {len(text):,} characters long, more than the {LARGEST_TEXT:,} that are read; "
            "import fewer at a time."
        )


def floor_text(amount: Amount) -> str:
    """Give a floor as a value of TOML."""
    return f'"{amount.value}%"' if amount.percent else str(amount.value)
