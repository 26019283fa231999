"""Reads and writes an acts file in the words of a ledger. Methods block; all may raise `LinkError`."""

from collections import Counter
from collections.abc import Mapping

from topology.execution.journal_entries import JournalHead
from topology.fleet.lowered import ClockAhead
from topology.links.acts import Act
from topology.links.fleet_source import Answer
from topology.links.ledger import Departed
from topology.links.simulated.replica import Replica
from topology.links.simulated.store import JudgedWave, SimulatedStore
from topology.records.ledger.grounds import ActGrounds
from topology.records.ledger.values import (
    Commit,
    CommitAnswer,
    HeldFloors,
    KeptApproval,
    KeptWave,
    LedgerError,
    LedgerState,
    PaceEntry,
    StopKey,
    WaveKind,
)
from topology.region.region import Region

ACCEPTED = "accepted description"


class ActsBook:
    """The acts of *store* as a ledger. Where it is *watched*, what the description guards with is kept, to be compared."""

    def __init__(self, store: SimulatedStore, *, watched: bool) -> None:
        self._store = store
        self._watched = watched
        self._departures = _Departures()
        self._kept: dict[str, tuple[Act, KeptWave]] = {}
        """Waves in a ledger's words, each with the act that it was made of: an execution has many, and asks at each wave."""

    @property
    def asks(self) -> bool:
        """Whether the description leaves anything to two people."""
        return self._store.is_open and self._store.region.policy.approval.asks

    @property
    def number(self) -> int:
        """The last act that was taken in, 0 while it is closed; never waits."""
        return self._store.acts_known.number if self._store.is_open else 0

    def read(self, approvals: tuple[KeptApproval, ...]) -> LedgerState:
        """Read everything as of one moment."""
        store = self._store
        with store.reading() as replica:
            number, fold = replica.ledger.number, replica.ledger
            return LedgerState(
                "",
                number,
                number,
                self._held(replica),
                (),
                (),
                (),
                tuple(StopKey(one, act.operator, act.time) for one, act in sorted(fold.stopped.items())),
                (),
                (),
                self._departures.of(replica),
                store.clock.now(),
                (),
                approvals,
                doubts=(ClockAhead(store.clock.leap_s),) if store.clock.leap_s else (),
            )

    def read_act(self, execution: str, approvals: tuple[KeptApproval, ...]) -> ActGrounds:
        """Read all that an act of an execution is judged by, and its waves."""
        with self._store.reading():
            return ActGrounds(self.read(approvals), None, self.waves(execution))

    def commit(self, commit: Commit) -> CommitAnswer:
        """Compare what the judgement rested on with what is known, without waiting; the store compares again when it acts."""
        store, execution, known = self._store, commit.lease.execution, self._store.acts_known
        if commit.wave in known.waves:
            return CommitAnswer.KNOWN
        if execution in known.stopped or store.is_stopping(execution):
            return CommitAnswer.STOPPED
        if store.clock.leap_s and commit.kind is WaveKind.TAKE:
            return CommitAnswer.CLOCK_LEAPT
        if known.acknowledged != commit.floors:
            return CommitAnswer.FLOORS_CHANGED
        if known.number != commit.reservations:
            return CommitAnswer.RESERVATIONS_CHANGED
        judged = tuple((name, Answer(word)) for name, word in commit.judged)
        store.judge(commit.wave, JudgedWave(commit.reservations, judged, commit.refusals))
        return CommitAnswer.COMMITTED

    def wave(self, wave: str) -> KeptWave | None:
        """Give a wave that was done, or given up, as far as is known; never waits."""
        act = self._store.acts_known.waves.get(wave)
        return None if act is None else self._wave_of(act)

    def waves(self, execution: str) -> tuple[KeptWave, ...]:
        """Give the waves of an execution, in order, as far as is known; never waits."""
        known = self._store.acts_known
        return tuple(self._wave_of(known.waves[operation]) for operation in tuple(known.operations.get(execution, ())))

    def taken(self) -> tuple[str, ...]:
        """Give the servers that were taken and did not come back, in order."""
        with self._store.reading() as replica:
            return replica.ledger.out()

    def stop(self, execution: str, operator: str) -> None:
        """Write a stop, with what goes back by it."""
        self._store.gave_back[execution] = self._store.stop(execution, operator)

    def resume(self, execution: str, operator: str) -> None:
        """Take a stop back."""
        self._store.resume(execution, operator)

    def keep_guards(self, seen: int, guards: bytes) -> HeldFloors:
        """Keep what the description guards with, where nobody acknowledged anything since *seen*."""
        store = self._store
        with store.reading() as replica:
            held = self._held(replica)
        if not self._watched or guards in (b"", held.guards) or held.revision != seen or store.acts.only_for_looking:
            return held
        with store.writing() as replica:
            if replica.ledger.acknowledged == seen:
                store.acts.set_note(ACCEPTED, guards)
            return self._held(replica)

    def acknowledge(self, operator: str, seen: int, guards: bytes) -> HeldFloors:
        """Let what the description guards with hold from here on, and take the clock for right."""
        store = self._store
        with store.writing() as replica:
            if replica.ledger.acknowledged != seen:
                raise LedgerError(
                    "the guards were changed by somebody else a moment ago; look at them, then acknowledge again"
                )
            leap_s = store.clock.leap_s
            store.clock.follow()
            store.acts.set_note(ACCEPTED, guards)
            store.acts.append(Act("acknowledge", store.clock.now(), operator, leap_s=leap_s))
        with store.reading() as replica:
            return self._held(replica)

    def keep_head(self, head: JournalHead) -> None:
        """Keep a journal's head."""
        with self._store.reading():
            self._store.acts.keep_head(head)

    def kept_head(self, journal: str) -> JournalHead | None:
        """Give the head kept for a journal."""
        with self._store.reading():
            return self._store.acts.kept_head(journal)

    def _wave_of(self, act: Act) -> KeptWave:
        made, kept = self._kept.get(act.operation, (None, None))
        if kept is None or made is not act:
            kept = _kept(act)
            self._kept[act.operation] = act, kept
        return kept

    def _held(self, replica: Replica) -> HeldFloors:
        noted = self._store.acts.note(ACCEPTED) if self._watched else None
        return HeldFloors(replica.ledger.acknowledged, (), noted or b"")


class _Departures:
    """What left by acts and still counts in some window; what its servers supported is worked out once."""

    def __init__(self) -> None:
        self._region: Region | None = None
        self._counted: dict[int, tuple[Departed, tuple[tuple[str, int], ...]]] = {}

    def of(self, replica: Replica) -> tuple[PaceEntry, ...]:
        """Give the entries that live at the replica's time, oldest first."""
        window_s, now = replica.region.longest_window_s, replica.world.time
        known = self._counted if replica.region is self._region else {}
        living = [one for one in replica.ledger.departed if one.time + window_s > now]
        self._region, self._counted = replica.region, {}
        for one in living:
            made, counts = known.get(id(one), (None, ()))
            if made is not one:
                counts = _supported(replica.region, replica.position, one)
            self._counted[id(one)] = one, counts
        return tuple(
            PaceEntry(
                f"{one.execution}:{at}",
                one.execution,
                window_s,
                len(one.servers),
                self._counted[id(one)][1],
                window_s - (now - one.time),
                one.servers,
            )
            for at, one in enumerate(living)
        )


def _supported(region: Region, position: Mapping[str, int], departed: Departed) -> tuple[tuple[str, int], ...]:
    roster = region.roster
    seats = Counter(int(roster.profile[position[name]]) for name in departed.servers if name in position)
    counts: Counter[str] = Counter()
    for profile, count in seats.items():
        for number, _ in roster.profiles[profile]:
            counts[region.subsystems[number].name] += count
    return tuple(sorted(counts.items()))


def _kept(act: Act) -> KeptWave:
    kind = WaveKind.GIVE_BACK if act.kind == "restore" else WaveKind.TAKE
    answers = tuple((name, answer.value) for name, answer in act.answers)
    servers = tuple(name for name, _ in answers)
    burnt = act.kind == "abandon"
    return KeptWave(
        act.operation, act.execution, kind, act.operator, servers, act.time, act.undo, answers, act.refusals, burnt
    )
