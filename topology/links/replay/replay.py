"""The link `replay:`: an incident behind the protocol, at its own clock, with the acts of whoever takes over in memory.

It is made of an incident and of nothing else: it opens no file, knows no other link and keeps nothing. Watching, its state
is that of the record at the moment of the clock, in either direction. The first act leaves the record: from there the model
of the incident answers, and the clock only goes on.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from topology.execution.journal_entries import JournalHead
from topology.fleet.batches import EventBatch, Revision, batch_of
from topology.fleet.fleet import Fleet
from topology.fleet.state import Freshness, State
from topology.incident.branch.branch import Branch
from topology.incident.model import UNDERKEEL, Era, Incident
from topology.incident.timeline import Timeline
from topology.links.acts import Act
from topology.links.check.recount import Judgement, judge_removal, judge_restore
from topology.links.check.scene import Scene
from topology.links.ledger import Ledger
from topology.links.protocol import Abilities, Answer, OperationId, RewoundError, Wave, WaveOutcome
from topology.region.errors import LinkError
from topology.region.server_states import ServerState

KEPT = 4096
"""Batches kept for a reader; one that is further behind loads again."""


class ReplayLink:
    """An incident to watch, and to act in. Nothing moves unless `go_to` is called."""

    abilities = Abilities(
        atomic_waves=True,
        restores_by_name=True,
        stops_mid_wave=True,
        returns_load=True,
        remembers_waves=True,
        simulated=True,
        rewinds=True,
    )

    def __init__(self, incident: Incident, timeline: Timeline | None = None) -> None:
        if not isinstance(incident, Incident):
            raise TypeError(f"a replay is made of an incident, not of {type(incident).__name__}")
        self.name = f"replay:{incident.name}"
        self.incident = incident
        self.timeline = timeline or Timeline(incident)
        self.branch: Branch | None = None
        """The run that left the record; None while it is only watched."""
        self._time = incident.starts
        self._states = self.timeline.states_at(self._time)
        self._revision = 1
        self._epoch = 0
        self._batches: deque[EventBatch] = deque(maxlen=KEPT)
        self._dropped = self._revision
        """The last revision that is no longer kept."""
        self._ledger = Ledger()
        self._news = asyncio.Event()
        self._closed = False
        self._position = {name: number for number, name in enumerate(incident.region.roster.names)}

    # ---- the clock --------------------------------------------------------------------------------------------------

    @property
    def freshness(self) -> Freshness:
        """A record is never old."""
        return Freshness(connected=not self._closed, reason="the replay is closed" if self._closed else "")

    def now(self) -> float:
        """The incident's time, seconds since 1970 UTC; it runs backwards when the record is wound back."""
        return self._time

    def go_to(self, time: float) -> None:
        """Move the clock to a moment of the incident; while somebody acts, only forward.

        Raises:
            ValueError: it is before what was acted on.
        """
        time = min(max(time, self.incident.starts), self.incident.ends)
        if self.branch is None:
            self._time = time
            self._become(self.timeline.states_at(time), time)
            return
        if time < self._time:
            raise ValueError(
                "what was acted on cannot be unmade by the clock; begin the run again from a moment before"
            )
        self.branch.advance(time)
        self._time = time
        self.publish()

    def publish(self) -> None:
        """Let readers know what happened in the run since this was last called."""
        for happening in self.branch.taken() if self.branch is not None else ():
            self._keep(
                batch_of(self._revision + 1, happening.time, list(happening.changes), happening.operation or None)
            )

    def take_over(self, era: Era = UNDERKEEL, seed: int | None = None) -> Branch:
        """Leave the record at the moment of the clock, with the tool of *era*."""
        branch = Branch(self.incident, self.timeline.states_at(self._time), self._time, era, seed)
        self.put_run(branch)
        return branch

    def put_run(self, branch: Branch | None) -> None:
        """Go on with a run, at its time; or, with None, with the record. Readers load again."""
        self.branch = branch
        self._ledger = Ledger()
        if branch is not None:
            self._time = branch.time
            branch.taken()
        else:
            self._states = self.timeline.states_at(self._time)
        self._revision += 1
        self._epoch += 1
        self._batches.clear()
        self._dropped = self._revision
        self._wake()

    def _become(self, states: NDArray[np.uint8], time: float) -> None:
        changed = np.flatnonzero(states != self._states).astype(np.int32)
        self._states = states
        if len(changed):
            self._keep(EventBatch(self._revision + 1, time, changed, states[changed]))

    def _keep(self, batch: EventBatch) -> None:
        if len(self._batches) == KEPT:
            self._dropped = self._batches[0].revision
        self._batches.append(batch)
        self._revision = batch.revision
        self._wake()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    # ---- the protocol -----------------------------------------------------------------------------------------------

    async def load(self) -> State:
        """Give the region at the moment of the clock, for the caller to keep and to fold events into."""
        self.publish()
        fleet = Fleet(self.incident.region)
        fleet.state = (self.branch.fleet.state if self.branch is not None else self._states).copy()
        fleet.recount()
        if self.branch is not None:
            fleet.left = self.branch.fleet.left.copy()
            fleet.departures = self.branch.fleet.departures.copy()
        return State(self.incident.region, fleet, self._revision, self._time, self.freshness)

    async def events(self, after: Revision) -> AsyncIterator[EventBatch]:
        """Give every batch after a revision, then wait for more.

        Raises:
            RewoundError: another run began, or the reader is too far behind; load again.
        """
        epoch = self._epoch
        while not self._closed:
            news = self._news
            for batch in tuple(self._batches):
                if batch.revision > after and epoch == self._epoch:
                    after = batch.revision
                    yield batch
            if epoch != self._epoch or after < self._dropped:
                raise RewoundError
            if after == self._revision:
                await news.wait()

    async def remove(self, wave: Wave) -> WaveOutcome:
        """Judge a wave as the era of the run does, and take all of it out of service in the run, or none."""
        return self._act("remove", wave)

    async def restore(self, wave: Wave) -> WaveOutcome:
        """Judge a wave as the era of the run does, and bring it back in the run."""
        return self._act("restore", wave)

    async def outcome(self, operation: OperationId) -> WaveOutcome | None:
        """Say what became of a wave; None when it did not happen."""
        return self._ledger.outcome(operation)

    async def stop(self, execution: str, operator: str) -> tuple[str, ...]:
        """Let no further server of an execution leave; those still draining go back. Gives their names."""
        names = self.incident.region.roster.names
        taken = [
            self._position[name]
            for operation in self._ledger.removals.get(execution, [])
            for name, answer in self._ledger.waves[operation].answers
            if answer is Answer.DONE
        ]
        back = self.branch.take_back(taken, f"{execution}.stop") if self.branch is not None else ()
        answers = tuple((names[server], Answer.RETURNED) for server in back)
        self._ledger.fold(Act("stop", self._time, operator, execution, answers=answers))
        self.publish()
        return tuple(names[server] for server in back)

    async def resume(self, execution: str, operator: str) -> None:
        """Take a stop back."""
        self._ledger.fold(Act("resume", self._time, operator, execution))

    async def acknowledge(self, operator: str) -> None:
        """Nothing is ever described anew here."""

    async def keep_head(self, head: JournalHead) -> None:
        """A replay keeps nothing."""

    async def kept_head(self, journal: str) -> JournalHead | None:
        """A replay kept nothing."""
        return None

    async def aclose(self) -> None:
        """Let readers of events come to an end."""
        self._closed = True
        self._wake()

    # ---- acts -------------------------------------------------------------------------------------------------------

    def _act(self, kind: str, wave: Wave) -> WaveOutcome:
        if self._closed:
            raise LinkError("the replay is closed; nothing was done; open it again")
        done = self._ledger.outcome(wave.operation)
        if done is not None:
            return done
        branch = self.branch or self.take_over()
        judge = judge_removal if kind == "remove" else judge_restore
        judgement = self._as_of_era(judge, wave, branch)
        if judgement.allowed:
            self._carry_out(kind, wave, judgement, branch)
        return WaveOutcome(wave.operation, judgement.answers, judgement.refusals, judgement.not_before)

    def _as_of_era(self, judge: Callable[[Scene, Wave], Judgement], wave: Wave, branch: Branch) -> Judgement:
        """Judge; what the tool of the era did not guard is let through, but for servers that are not there."""
        judgement = judge(self._scene(branch), wave)
        guards = branch.era.guards
        if guards is None or judgement.allowed:
            return judgement
        kept = tuple(one for one in judgement.refusals if one.code in guards or one.code in _NEVER_LIFTED)
        too_soon = None if not branch.era.paced else judgement.not_before
        if kept or too_soon is not None:
            return replace(judgement, refusals=kept, not_before=too_soon)
        return Judgement(tuple((name, Answer.DONE) for name in wave.servers))

    def _scene(self, branch: Branch) -> Scene:
        ledger = self._ledger
        return Scene(
            self.incident.region,
            branch.fleet.state,
            self._position,
            self._time,
            stopped=ledger.stopped,
            departed=ledger.departed,
            taken=ledger.taken,
        )

    def _carry_out(self, kind: str, wave: Wave, judgement: Judgement, branch: Branch) -> None:
        refusals = tuple((one.code, one.message) for one in judgement.refusals)
        answers, time, who = judgement.answers, self._time, wave.operator
        names = [name for name, answer in answers if answer is Answer.DONE]
        if kind == "remove":
            self._ledger.fold(Act("remove", time, who, wave.execution, wave.operation, answers, refusals, wave.undo))
            branch.remove(self._numbers(names), wave.operation)
        else:
            self._ledger.fold(Act("restore", time, who, wave.execution, wave.operation, answers, refusals, wave.undo))
            draining = [one for one in self._numbers(names) if branch.fleet.state[one] == ServerState.DRAINING]
            branch.take_back(draining, wave.operation)
            branch.restore([one for one in self._numbers(names) if one not in set(draining)], wave.operation)
        self.publish()

    def _numbers(self, names: Sequence[str]) -> list[int]:
        return [self._position[name] for name in names]


_NEVER_LIFTED = ("stale", "stopped", "nothing-matches")
"""Refusals that are no guards: what is asked cannot be done at all."""
