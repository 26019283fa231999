"""Steps of a status page as journal entries, and back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from topology.execution.journal_entries import Entry, Kind
from topology.status_page.values import AnyPageStep, Shown, Watched


def details_of(steps: Sequence[AnyPageStep]) -> Mapping[str, object]:
    """Give the details of the entry that holds steps, in order."""
    return {"page": [msgspec.to_builtins(step) for step in steps]}


def steps_in(entries: Iterable[Entry]) -> Iterator[AnyPageStep]:
    """Give the steps that journal entries hold; what another version wrote and this one does not know is left out."""
    for entry in entries:
        found = entry.details.get("page") if entry.kind is Kind.PAGE else None
        for written in found if isinstance(found, list) else ():
            try:
                yield msgspec.convert(written, AnyPageStep)
            except msgspec.ValidationError:
                continue


def said_in(entries: Iterable[Entry]) -> Iterator[AnyPageStep]:
    """Give what operators said, without what consoles judged: each judges for itself."""
    return (step for step in steps_in(entries) if not isinstance(step, Shown | Watched))
