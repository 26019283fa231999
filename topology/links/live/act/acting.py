"""The act on a live region: judged on the ledger and the source, written down, sent, and answered for.

One order for every wave: what the ledger says, what the source says, a recount, one transaction that nothing changed in
between, the call, its answer. Whatever the source cannot say stays unknown and counts as leaving; it is never sent again.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from topology.fleet.fleet import PACE_WINDOW_S
from topology.fleet.state import State
from topology.fleet.unheard import UnheardRack
from topology.links.check.recount import Judgement
from topology.links.deadline import BoundedActor
from topology.links.fleet_source import Answer, Floors, SourceWave, Taken
from topology.links.live.act.judging import Grounds, Judging
from topology.links.live.act.kept_waves import attempt_of, done_before, refused
from topology.links.live.act.outcomes import GIVEN_STATES, TAKEN_STATES, WaveOutcomes
from topology.links.live.act.reservations import Reservations
from topology.links.live.follow.causes import Cause
from topology.links.live.follow.following import Following
from topology.links.live.scopes import floors_for, units_of
from topology.links.protocol import Wave, WaveOutcome
from topology.records.ledger.planned_work import PlannedWork
from topology.records.ledger.protocol import Ledger
from topology.records.ledger.values import (
    Commit,
    CommitAnswer,
    KeptExecution,
    LedgerLease,
    LedgerState,
    WaveKind,
)
from topology.refusals.at_act import ClockLeapt, ExecutionStopped, GivenUp, LeaseOver
from topology.refusals.base import RefusalFacts
from topology.refusals.refusal import kept_as_text
from topology.region.server_states import ServerState

MOST_TRIES = 5
"""So often a wave is judged again because others changed the ledger in between; then it is too soon."""
BUSY_S = 1.0
_OBSTACLES: dict[CommitAnswer, tuple[str, RefusalFacts]] = {
    CommitAnswer.LEASE_LOST: ("lease", LeaseOver()),
    CommitAnswer.CLOCK_LEAPT: ("unknown", ClockLeapt()),
}


class Acting:
    """Acts on one region. *stopping* are executions of which nothing more may be sent from here, from this moment on."""

    def __init__(self, following: Following, actor: BoundedActor, ledger: Ledger, deadline_s: float) -> None:
        self.stopping: set[str] = set()
        self.reservations = Reservations(following, actor, ledger)
        self.outcomes = WaveOutcomes(following, actor, ledger, self.reservations)
        self._judging = Judging(following, actor, ledger)
        self._following = following
        self._actor = actor
        self._ledger = ledger
        self._deadline_s = deadline_s
        self._leases: dict[str, LedgerLease] = {}

    async def act(self, kind: WaveKind, wave: Wave, standing: Callable[[LedgerState], Grounds]) -> WaveOutcome:
        """Carry a wave out, or say for each of its servers why not.

        Raises:
            LinkError: the ledger or the source could not be reached before anything was sent, or the answer not be kept.
        """
        grounds = await self._ledger.read_act(wave.execution)
        name, kept = attempt_of(wave, grounds.waves)
        if kept is not None:
            return done_before(kind, wave, kept)
        lease = await self._lease(wave, grounds.execution)
        for tries in range(MOST_TRIES):
            if tries:
                grounds = await self._ledger.read_act(wave.execution)
            seen = await self.reservations.settled_by(grounds.state, fresh=not self._actor.abilities.atomic_waves)
            judgement = await self._judging.judge(
                kind, wave, replace(grounds, state=seen), self._grounds(standing(seen))
            )
            if not judgement.allowed:
                return WaveOutcome(wave.operation, judgement.answers, judgement.refusals, judgement.not_before)
            going = tuple(server for server, answer in judgement.answers if answer is Answer.DONE)
            commit = self._commit(kind, name, replace(wave, servers=going), seen, lease)
            judged = tuple((server, answer.value) for server, answer in judgement.answers)
            said = kept_as_text(judgement.refusals)
            commit = replace(commit, leaving=seen.leaving, room=judgement.room, judged=judged, refusals=said)
            answer = await self._ledger.commit_wave(commit)
            if answer is CommitAnswer.COMMITTED:
                outcome = await self._send(kind, name, wave, judgement, seen, commit)
                if not _is_to_be_judged_again(outcome, self._following.now()):
                    return outcome
            if answer is CommitAnswer.STOPPED:
                return refused(wave, "stopped", ExecutionStopped(wave.execution))
            if answer is CommitAnswer.KNOWN:
                return await self.outcomes.outcome(wave.operation) or refused(wave, "stale", GivenUp(name))
            if answer in _OBSTACLES:
                return refused(wave, *_OBSTACLES[answer])
        soon = tuple((server, Answer.TOO_SOON) for server in wave.servers)
        return WaveOutcome(wave.operation, soon, (), self._following.now() + BUSY_S)

    async def stop(self, execution: str, operator: str, *, silent: bool) -> tuple[str, ...]:
        """Let nothing more of an execution leave, and give back what still drains; gives the names that went back.

        Raises:
            LinkError: the ledger or the source could not be told; nothing more is sent from here all the same.
        """
        self.stopping.add(execution)
        await self._ledger.stop(execution, operator)
        if not self._actor.abilities.stops_mid_wave:
            return ()
        taken = await self._actor.stop(execution, silent=silent)
        back = taken.servers(Answer.RETURNED)
        self._following.causes.expect(back, GIVEN_STATES, (f"{execution}.stop", operator))
        for wave in await self._ledger.waves(execution) if back else ():
            await self.outcomes.note_returned(wave, back)
        return back

    async def resume(self, execution: str, operator: str) -> None:
        """Take a stop back."""
        await self._ledger.resume(execution, operator)
        await self._actor.resume(execution)
        self.stopping.discard(execution)

    @property
    def own(self) -> set[str]:
        """The executions whose leases are held here."""
        return set(self._leases)

    async def begin(self, execution: KeptExecution, work: PlannedWork) -> None:
        """Write an execution down with its work, and take its lease."""
        self._leases[execution.id] = await self._ledger.begin(execution, work)

    async def take_over(self, execution: str, operator: str) -> bool:
        """Take the lease of an execution that nobody carries out; false where the ledger knows it not, or has its end.

        Raises:
            LinkError: somebody holds it.
        """
        known = await self._ledger.execution(execution)
        if known is None or known.outcome:
            return False
        self._leases[execution] = await self._ledger.take_over(execution, operator)
        await self._actor.go_on(execution)
        return True

    async def finish(self, execution: str, outcome: str) -> None:
        """Let go of the lease of an execution that is over."""
        lease = self._leases.pop(execution, None)
        if lease is not None:
            await self._ledger.release(lease, outcome)
            await self._actor.let_go(execution)

    async def accept_unheard(self, operator: str, racks: Sequence[UnheardRack]) -> None:
        """Let racks whose agent is gone count as failed: an operator knows of them.

        Raises:
            LinkError: the source could not be told.
        """
        await self._actor.accept_unheard(operator, racks)

    async def _send(
        self, kind: WaveKind, name: str, wave: Wave, judgement: Judgement, seen: LedgerState, commit: Commit
    ) -> WaveOutcome:
        servers = commit.servers
        if wave.execution in self.stopping:
            nothing = tuple((server, Answer.REFUSED.value) for server in servers)
            await self._ledger.answer(name, nothing)
            await self._ledger.settle(name)
            return refused(wave, "stopped", ExecutionStopped(wave.execution))
        source_wave = self._source_wave(name, wave, servers)
        floors = self._floors(servers, seen)
        cause: Cause = (wave.operation, wave.operator)
        shows = TAKEN_STATES if kind is WaveKind.TAKE else GIVEN_STATES
        self._following.causes.expect(servers, shows, cause)
        call = self._actor.take if kind is WaveKind.TAKE else self._actor.give_back
        taken = await call(source_wave, floors)
        self._following.causes.forget(taken.servers(Answer.REFUSED) + taken.servers(Answer.TOO_SOON))
        refusals = kept_as_text(taken.refusals)
        answers = tuple((server, answer.value) for server, answer in taken.answers)
        await self._following.catch_up()
        if kind is WaveKind.TAKE and self._actor.abilities.atomic_waves:
            # It judged and did in one step: whoever asks it from now on is answered by what is left.
            await self._ledger.answer(name, answers, refusals, left=self.reservations.unknown_of(commit, taken))
        else:
            await self._ledger.answer(name, answers, refusals)
            if self._actor.near is None:
                await self.reservations.settle(fresh=False)
        return self._outcome(wave, judgement, taken)

    def _outcome(self, wave: Wave, judgement: Judgement, taken: Taken) -> WaveOutcome:
        said = dict(taken.answers)
        answers = tuple((server, said.get(server, answer)) for server, answer in judgement.answers)
        not_before = None
        if Answer.TOO_SOON in said.values():
            not_before = self._following.now() + (BUSY_S if taken.retry_after_s is None else taken.retry_after_s)
        return WaveOutcome(wave.operation, answers, judgement.refusals + taken.refusals, not_before)

    def _grounds(self, grounds: Grounds) -> Grounds:
        return replace(grounds, stopping=frozenset(self.stopping))

    def _commit(self, kind: WaveKind, name: str, wave: Wave, seen: LedgerState, lease: LedgerLease) -> Commit:
        state, takes = self._following.state, kind is WaveKind.TAKE
        return Commit(
            lease,
            name,
            kind,
            wave.operator,
            wave.servers,
            seen.reservations_revision,
            seen.floors.revision,
            units_of(state, wave.servers) if takes else (),
            tuple(tuple(sub for sub, _ in self._named(server)) for server in wave.servers),
            _windows(state) if takes else (),
            wave.undo,
            _versions(seen, wave) if takes else (),
        )

    def _named(self, server: str) -> tuple[tuple[str, int], ...]:
        state = self._following.state
        roster = state.region.roster
        profile = roster.profiles[roster.profile[state.fleet.position[server]]]
        return tuple((state.region.subsystems[number].name, units) for number, units in profile)

    def _source_wave(self, name: str, wave: Wave, servers: tuple[str, ...]) -> SourceWave:
        position = self._following.state.fleet.position
        supports = tuple(self._following.supports_of(position[server]) for server in servers)
        return SourceWave(
            name, wave.execution, wave.operator, servers, supports, self._deadline_s, wave.undo, wave.planned
        )

    def _floors(self, servers: tuple[str, ...], seen: LedgerState) -> Floors:
        position, states = self._following.state.fleet.position, self._following.state.fleet.state
        serving = [
            name
            for one in seen.reservations
            for name in one.servers
            if name in position and states[position[name]] == ServerState.IN_SERVICE
        ]
        return floors_for(
            self._following.state,
            servers,
            units_of(self._following.state, serving),
            self._following.reading.source_name,
        )

    async def _lease(self, wave: Wave, known: KeptExecution | None) -> LedgerLease:
        """Give the lease of an execution: taken when its first wave is sent, and kept to its end."""
        lease = self._leases.get(wave.execution)
        if lease is None:
            if known is None:
                lease = await self._ledger.begin(
                    KeptExecution(wave.execution, wave.plan, wave.command, wave.total, wave.operator)
                )
            else:
                lease = await self._ledger.take_over(wave.execution, wave.operator)
            self._leases[wave.execution] = lease
        return lease


def _is_to_be_judged_again(outcome: WaveOutcome, now: float) -> bool:
    """Say whether nothing was done because something changed since it was judged, which a source says as too soon by nothing."""
    is_soon = outcome.not_before is not None and outcome.not_before <= now
    return is_soon and {answer for _, answer in outcome.answers} == {Answer.TOO_SOON}


def _versions(seen: LedgerState, wave: Wave) -> tuple[tuple[int, int], ...]:
    known = {one.number: one.request.version for one in seen.approvals}
    return tuple((number, known.get(number, 0)) for number in wave.approvals)


def _windows(state: State) -> tuple[float, ...]:
    region = state.region
    own = (window.seconds for one in region.subsystems for window in one.windows)
    return tuple(sorted({PACE_WINDOW_S, *(window.seconds for window in region.policy.windows), *own}))
