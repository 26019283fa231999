"""What the journal says of executions: which there were, which ended, and which servers each has still taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from topology.execution.journal_entries import Entry, Kind

ENDS = (Kind.FINISHED, Kind.HALT, Kind.RECOVERED)
BREAKS = (*ENDS, Kind.STOP)
"""What an execution is at rest after, until a further wave of it."""


class Rest(NamedTuple):
    """After which kind of entry an execution is at rest, and whether all of it was carried out then."""

    kind: Kind
    is_whole: bool


@dataclass(slots=True)
class PastExecution:
    """One execution, as far as the journal tells. *ended* is None while nothing says how it ended."""

    entry: int
    execution: str
    time: datetime
    operator: str
    command: str
    plan: str
    servers: tuple[str, ...]
    action: Literal["remove", "restore"]
    undoes: int | None
    named: tuple[str, ...]
    pace: int | None = None
    playbook: str = ""
    """The playbook whose step it was; empty for none."""
    waves: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """What was about to be sent, by number of the wave."""
    outcomes: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """What the region did, by number of the wave; empty once what it did in all is written."""
    final: tuple[str, ...] | None = None
    """What it did in all, once that was written."""
    returned: set[str] = field(default_factory=set)
    unknown: frozenset[str] = frozenset()
    """Servers of which the region had not said at the end what became of them, and has not since."""
    ended: Kind | None = None

    @property
    def done(self) -> tuple[str, ...]:
        """Servers it took (or put back), and perhaps those of a wave of which nobody knows what became."""
        waves = (self.outcomes.get(number, servers) for number, servers in self.waves.items())
        found = self.final if self.final is not None else (name for servers in waves for name in servers)
        return tuple(name for name in found if name not in self.returned)


class PastExecutions:
    """Folds entries in their order."""

    def __init__(self) -> None:
        self.last = 0
        """Number of the last entry folded."""
        self.by_id: dict[str, PastExecution] = {}
        self.by_entry: dict[int, PastExecution] = {}
        self._rests: dict[str, Rest] = {}
        self._undos: dict[int, list[PastExecution]] = {}
        self._moved: dict[str, tuple[int, str]] = {}
        """For each server the entry that says so, and the execution that moved it last."""

    def fold(self, entries: Iterable[Entry]) -> None:
        """Take in the next entries."""
        for entry in entries:
            self.last = entry.number
            self._note_rest(entry)
            if entry.kind is Kind.INTENT or _stands_for_another(entry, self.by_id):
                self._begin(entry)
                if entry.kind is Kind.ELSEWHERE:
                    self._end(entry)
            elif entry.execution in self.by_id:
                _note(self.by_id[entry.execution], entry)
                self._note_moved(entry)

    def rest_of(self, execution: str) -> Rest | None:
        """Say after what an execution is at rest, also of one whose beginning is not at hand; None while it goes on."""
        return self._rests.get(execution)

    def taken(self, past: PastExecution) -> tuple[str, ...]:
        """Give what it did that no undo of it has taken back, and that no later execution has moved."""
        back = {name for undo in self._undos.get(past.entry, ()) for name in self.taken(undo)}
        return tuple(
            name
            for name in past.done
            if name not in back and self._moved.get(name, (0, past.execution))[1] == past.execution
        )

    def last_of(self, operator: str) -> PastExecution | None:
        """Give the operator's last execution that is not an undo and not undone yet."""
        for past in reversed(self.by_entry.values()):
            if past.operator == operator and past.undoes is None and self.taken(past):
                return past
        return None

    def open(self) -> tuple[PastExecution, ...]:
        """Give those of which nothing says how they ended."""
        return tuple(past for past in self.by_id.values() if past.ended is None)

    def unsettled(self) -> tuple[PastExecution, ...]:
        """Give those that ended before the region had said what became of every server."""
        return tuple(past for past in self.by_id.values() if past.unknown)

    def _note_rest(self, entry: Entry) -> None:
        if entry.kind is Kind.WAVE:
            self._rests.pop(entry.execution, None)  # it was taken up again
        elif entry.kind in BREAKS:
            phase = entry.details.get("phase", "finished")
            self._rests[entry.execution] = Rest(entry.kind, entry.kind is Kind.FINISHED and phase == "finished")

    def _note_moved(self, entry: Entry) -> None:
        """Note who moved which servers; an end tells of those alone that no outcome told of, as after a crash."""
        if entry.kind is Kind.OUTCOME:
            self._moved.update(dict.fromkeys(entry.servers, (entry.number, entry.execution)))
        elif entry.kind in ENDS:
            begun = self.by_id[entry.execution].entry
            for name in entry.servers:
                if self._moved.get(name, (0, ""))[0] < begun:
                    self._moved[name] = (entry.number, entry.execution)

    def _end(self, entry: Entry) -> None:
        """Take in that what an entry stands for was over when it was written."""
        past = self.by_id[entry.execution]
        past.ended, past.final = entry.kind, names_in(entry.details, "done")
        self._moved.update(dict.fromkeys(past.final, (entry.number, entry.execution)))

    def _begin(self, entry: Entry) -> None:
        details = entry.details
        undoes, pace, playbook = details.get("undoes"), details.get("pace_per_minute"), details.get("playbook")
        past = PastExecution(
            entry.number,
            entry.execution,
            entry.time,
            str(details.get("from", entry.operator)),
            entry.command,
            entry.plan,
            entry.servers,
            "restore" if details.get("action") == "restore" else "remove",
            undoes if isinstance(undoes, int) else None,
            names_in(details, "named"),
            pace if isinstance(pace, int) else None,
            playbook if isinstance(playbook, str) else "",
        )
        waves = details.get("waves")
        if isinstance(waves, dict):
            past.waves.update({int(number): tuple(servers) for number, servers in waves.items()})
        self.by_id[past.execution] = self.by_entry[past.entry] = past
        if past.undoes is not None:
            self._undos.setdefault(past.undoes, []).append(past)


def _stands_for_another(entry: Entry, known: Mapping[str, PastExecution]) -> bool:
    """Whether an entry tells of an execution that another machine's journal has from its beginning."""
    kinds = (Kind.TAKEN_OVER, Kind.ELSEWHERE)
    return entry.kind in kinds and entry.execution not in known and "action" in entry.details


def names_in(details: Mapping[str, object], key: str) -> tuple[str, ...]:
    """Read a list of names from an entry's details."""
    found = details.get(key)
    return tuple(name for name in found if isinstance(name, str)) if isinstance(found, list) else ()


def _note(past: PastExecution, entry: Entry) -> None:
    wave = entry.details.get("wave")
    if entry.kind is Kind.WAVE and isinstance(wave, int):
        past.waves[wave] = entry.servers
        past.outcomes.pop(wave, None)  # sent anew, so what came of it before says nothing
    elif entry.kind is Kind.OUTCOME and isinstance(wave, int):
        if past.final is not None:
            _settle(past, wave, entry)
        else:
            past.outcomes[wave] = entry.servers
    elif entry.kind is Kind.STOP:
        past.returned.update(names_in(entry.details, "returned"))
    elif entry.kind in ENDS:
        past.ended, past.final, past.outcomes = entry.kind, entry.servers, {}
        _keep_once(past)
        past.unknown = frozenset(names_in(entry.details, "unknown"))


def _keep_once(past: PastExecution) -> None:
    """Keep each name once: every entry was read with its own, and what ended is kept for as long as the console runs."""
    known = {name: name for name in past.servers}
    past.waves = {wave: tuple([known.get(name, name) for name in servers]) for wave, servers in past.waves.items()}
    final = past.final or ()
    past.final = past.servers if final == past.servers else tuple([known.get(name, name) for name in final])


def _settle(past: PastExecution, wave: int, entry: Entry) -> None:
    """Take in what the region said of a wave only after the end."""
    past.final = tuple(dict.fromkeys((*(past.final or ()), *entry.servers)))
    past.returned.update(names_in(entry.details, "returned"))
    still = names_in(entry.details, "unknown")
    past.unknown -= set(past.waves.get(wave, ())) - set(still)
