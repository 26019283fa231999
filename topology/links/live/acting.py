"""The act on a live region: judged on the ledger and the source, written down, sent, and answered for.

One order for every wave: what the ledger says, what the source says, a recount, one transaction that nothing changed in
between, the call, its answer. Whatever the source cannot say stays unknown and counts as leaving; it is never sent again.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from topology.fleet.fleet import PACE_WINDOW_S
from topology.fleet.state import State
from topology.fleet.unheard import UnheardRack
from topology.links.check.recount import Judgement, judge_removal, judge_restore
from topology.links.check.scene import Scene
from topology.links.check.second_person import lifted, resting_on
from topology.links.deadline import BoundedActor
from topology.links.fleet_source import Answer, Floors, Refusal, SourceWave, Taken
from topology.links.ledger import Departed
from topology.links.live.following import Cause, Following
from topology.links.live.scopes import floors_for, units_of
from topology.links.live.settling import left_of, rest_of
from topology.links.protocol import Wave, WaveOutcome
from topology.records.ledger.grounds import ActGrounds
from topology.records.ledger.planned_work import PlannedWork
from topology.records.ledger.protocol import Ledger
from topology.records.ledger.values import (
    Commit,
    CommitAnswer,
    KeptExecution,
    KeptWave,
    LedgerLease,
    LedgerState,
    Reservation,
    WaveKind,
)
from topology.region.server_states import ServerState

MOST_TRIES = 5
"""So often a wave is judged again because others changed the ledger in between; then it is too soon."""
BUSY_S = 1.0
LARGE = 50_000
"""A region with more servers than this is counted beside the event loop."""
_TAKEN = (ServerState.DRAINING, ServerState.REMOVED)
_GIVEN = (ServerState.JOINING, ServerState.IN_SERVICE)
_UNTOUCHED = (Answer.REFUSED.value, Answer.TOO_SOON.value)
_OBSTACLES = {
    CommitAnswer.LEASE_LOST: (
        "lease",
        "this console's lease of the execution is over, or was not renewed in time, so that another may carry it out; "
        "nothing of it is sent from here",
    ),
    CommitAnswer.CLOCK_LEAPT: (
        "unknown",
        "the clock of this machine leapt ahead; see that it is right, then acknowledge",
    ),
}


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a judgement rests on beside the ledger and the source: why facts are in doubt, and what nobody acknowledged."""

    silence: str = ""
    unacknowledged: tuple[str, ...] = ()


class Acting:
    """Acts on one region. *stopping* are executions of which nothing more may be sent from here, from this moment on."""

    def __init__(self, following: Following, actor: BoundedActor, ledger: Ledger, deadline_s: float) -> None:
        self.stopping: set[str] = set()
        self._following = following
        self._actor = actor
        self._ledger = ledger
        self._deadline_s = deadline_s
        self._leases: dict[str, LedgerLease] = {}
        self._looked_for: dict[str, float] = {}
        """By wave without an answer: when a reading first showed nothing of it."""

    async def act(self, kind: WaveKind, wave: Wave, standing: Callable[[LedgerState], Grounds]) -> WaveOutcome:
        """Carry a wave out, or say for each of its servers why not.

        Raises:
            LinkError: the ledger or the source could not be reached before anything was sent, or the answer not be kept.
        """
        grounds = await self._ledger.read_act(wave.execution)
        name, kept = _attempt(wave, grounds.waves)
        if kept is not None:
            return _done_before(kind, wave, kept)
        lease = await self._lease(wave, grounds.execution)
        for tries in range(MOST_TRIES):
            if tries:
                grounds = await self._ledger.read_act(wave.execution)
            seen = await self._settled(grounds.state, fresh=not self._actor.abilities.atomic_waves)
            judgement = await self._judge(kind, wave, replace(grounds, state=seen), standing)
            if not judgement.allowed:
                return WaveOutcome(wave.operation, judgement.answers, judgement.refusals, judgement.not_before)
            going = tuple(server for server, answer in judgement.answers if answer is Answer.DONE)
            commit = self._commit(kind, name, replace(wave, servers=going), seen, lease)
            judged = tuple((server, answer.value) for server, answer in judgement.answers)
            said = tuple((one.code, one.message) for one in judgement.refusals)
            commit = replace(commit, leaving=seen.leaving, room=judgement.room, judged=judged, refusals=said)
            answer = await self._ledger.commit_wave(commit)
            if answer is CommitAnswer.COMMITTED:
                outcome = await self._send(kind, name, wave, judgement, seen, commit)
                if not _is_to_be_judged_again(outcome, self._following.now()):
                    return outcome
            if answer is CommitAnswer.STOPPED:
                return _refused(wave, "stopped", f"execution {wave.execution} was stopped; nothing more of it is done")
            if answer is CommitAnswer.KNOWN:
                return await self.outcome(wave.operation) or _refused(wave, "stale", f"{name} is given up for good")
            if answer in _OBSTACLES:
                return _refused(wave, *_OBSTACLES[answer])
        soon = tuple((server, Answer.TOO_SOON) for server in wave.servers)
        return WaveOutcome(wave.operation, soon, (), self._following.now() + BUSY_S)

    async def outcome(self, operation: str) -> WaveOutcome | None:
        """Say what became of a wave: by the ledger, else by the source, else by the states; None when it never happened.

        Raises:
            LinkError: the ledger or the source could not be asked.
        """
        kept = await self._last_attempt(operation)
        if kept is None or kept.burnt:
            return None
        answers = dict(_answers_of(kept))
        if answers and Answer.UNKNOWN not in answers.values():
            return _outcome_of(operation, await self._after_stop(kept))
        found = await self._actor.found(kept.id)
        said = {} if found is None else dict(found.answers)
        if found is None and self._actor.abilities.remembers_waves:
            if await self._actor.found(kept.id, abandon=True) is None:
                nothing = tuple((name, Answer.REFUSED.value) for name in kept.servers)
                await self._ledger.answer(kept.id, nothing, abandoned=True)
                await self.settle(fresh=False)
                return None
            return await self.outcome(operation)
        await self._following.look("")
        never = self._never_happened(kept)
        settled = tuple((name, self._decided(kept, name, answers, said, never)) for name in kept.servers)
        await self._ledger.answer(kept.id, tuple((name, answer.value) for name, answer in settled), kept.refusals)
        await self.settle(fresh=False)
        return WaveOutcome(operation, settled, tuple(Refusal(*one) for one in kept.refusals))

    async def _after_stop(self, kept: KeptWave) -> KeptWave:
        """Give a wave with what a stop gave back of it: whoever stopped may have died before that was written down."""
        done = [name for name, answer in _answers_of(kept) if answer is Answer.DONE]
        seen = await self._ledger.read()
        if kept.kind is not WaveKind.TAKE or not done or not seen.is_stopped(kept.execution):
            return kept
        can = self._actor.abilities
        if can.remembers_waves:
            found = await self._actor.found(kept.id)
            back = set() if found is None else set(found.servers(Answer.RETURNED))
        elif can.shows_within_s:
            await self._following.look("")
            back = {name for name in done if self._state_of(name) is ServerState.IN_SERVICE}
        else:
            return kept  # it may be accepted as leaving, and not have begun to
        await self._note_returned(kept, back.intersection(done))
        return await self._ledger.wave(kept.id) or kept

    async def _note_returned(self, wave: KeptWave, back: Collection[str]) -> None:
        answers = _answers_of(wave)
        if wave.kind is WaveKind.TAKE and any(name in back for name, _ in answers):
            told = tuple((name, (Answer.RETURNED if name in back else answer).value) for name, answer in answers)
            await self._ledger.answer(wave.id, told, wave.refusals)

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
        for name in back:
            self._following.ours[name] = (_GIVEN, (f"{execution}.stop", operator))
        for wave in await self._ledger.waves(execution) if back else ():
            await self._note_returned(wave, back)
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
        return True

    async def finish(self, execution: str, outcome: str) -> None:
        """Let go of the lease of an execution that is over."""
        lease = self._leases.pop(execution, None)
        if lease is not None:
            await self._ledger.release(lease, outcome)
            await self._actor.let_go(execution)

    async def undecided(self, seen: LedgerState) -> tuple[str, ...]:
        """Give the servers that are reserved though nobody will say any more whether they left, by name."""
        found = [name for one in seen.reservations if await self._is_overdue(one, seen) for name in one.servers]
        return tuple(sorted(found))

    async def give_up(self, operator: str, names: tuple[str, ...]) -> None:
        """End what is reserved for servers that nobody can say of whether they left: an operator saw that they serve.

        Raises:
            LinkError: the ledger or the source could not be asked.
        """
        for reservation in (await self.settle(fresh=True)).reservations:
            kept = await self._ledger.wave(reservation.wave)
            if kept is None or not await self._is_overdue(reservation, await self._ledger.read()):
                continue
            if await self.outcome(kept.id) is None:
                continue  # it never happened, and never will
            kept = await self._ledger.wave(reservation.wave) or kept
            ended = {name for name in reservation.servers if name in names}
            told = tuple(
                (name, Answer.REFUSED.value if name in ended and word is Answer.UNKNOWN else word.value)
                for name, word in _answers_of(kept)
            )
            why = f"{operator} acknowledged that nobody can say whether it left: {', '.join(sorted(ended))}"
            if ended and told and told != kept.answers:
                await self._ledger.answer(kept.id, told, (*kept.refusals, ("unknown", why)))
        await self.settle(fresh=False)

    async def accept_unheard(self, operator: str, racks: Sequence[UnheardRack]) -> None:
        """Let racks whose agent is gone count as failed: an operator knows of them.

        Raises:
            LinkError: the source could not be told.
        """
        await self._actor.accept_unheard(operator, racks)

    async def _is_overdue(self, reservation: Reservation, seen: LedgerState) -> bool:
        wave = await self._ledger.wave(reservation.wave)
        return wave is not None and seen.time > wave.time + self._state.region.policy.drain_timeout_s

    async def settle(self, *, fresh: bool) -> LedgerState:
        """Read the ledger, then (where it is to be *fresh*) the source, and end what reservations the facts allow to end."""
        return await self._settled(await self._ledger.read(), fresh=fresh)

    async def _settled(self, seen: LedgerState, *, fresh: bool) -> LedgerState:
        if fresh:
            await self._following.look("")
        else:
            await self._following.catch_up()
        # What a source said before an answer, or says later of before, shows nothing of that wave.
        shown = fresh or self._actor.abilities.atomic_waves
        changed = False
        for reservation, wave in zip(seen.reservations, seen.reserving, strict=True):
            left = self._left(reservation, wave, seen, self._state_of if shown else _in_service)
            if left != reservation.servers:
                rest = rest_of(reservation, left, lambda names: units_of(self._state, names))
                await self._ledger.settle(reservation.wave, rest)
                changed = True
        return await self._ledger.read() if changed else seen

    async def look_over(self) -> LedgerState:
        """End reservations while nobody acts: the source is read only where what is known says that this may end some."""
        seen = await self._ledger.read()
        reserved = zip(seen.reservations, seen.reserving, strict=True)
        if any(self._left(one, wave, seen, self._state_of) != one.servers for one, wave in reserved):
            return await self._settled(seen, fresh=not self._actor.abilities.atomic_waves)
        return seen

    def _left(
        self,
        reservation: Reservation,
        wave: KeptWave | None,
        seen: LedgerState,
        state_of: Callable[[str], ServerState | None],
    ) -> tuple[str, ...]:
        overdue = wave is not None and seen.time > wave.time + self._state.region.policy.drain_timeout_s
        return left_of(reservation, wave, state_of, overdue)

    @property
    def _state(self) -> State:
        return self._following.state

    def _state_of(self, name: str) -> ServerState | None:
        at = self._state.fleet.position.get(name)
        return None if at is None else ServerState(self._state.fleet.state[at])

    async def _send(
        self, kind: WaveKind, name: str, wave: Wave, judgement: Judgement, seen: LedgerState, commit: Commit
    ) -> WaveOutcome:
        servers = commit.servers
        if wave.execution in self.stopping:
            nothing = tuple((server, Answer.REFUSED.value) for server in servers)
            await self._ledger.answer(name, nothing)
            await self._ledger.settle(name)
            return _refused(wave, "stopped", f"execution {wave.execution} was stopped; nothing more of it is done")
        source_wave = self._source_wave(name, wave, servers)
        floors = self._floors(servers, seen)
        cause: Cause = (wave.operation, wave.operator)
        shows = _TAKEN if kind is WaveKind.TAKE else _GIVEN
        self._following.ours.update(dict.fromkeys(servers, (shows, cause)))
        call = self._actor.take if kind is WaveKind.TAKE else self._actor.give_back
        taken = await call(source_wave, floors)
        for server in taken.servers(Answer.REFUSED) + taken.servers(Answer.TOO_SOON):
            self._following.ours.pop(server, None)
        refusals = tuple((one.code, one.message) for one in taken.refusals)
        answers = tuple((server, answer.value) for server, answer in taken.answers)
        await self._following.catch_up()
        if kind is WaveKind.TAKE and self._actor.abilities.atomic_waves:
            # It judged and did in one step: whoever asks it from now on is answered by what is left.
            await self._ledger.answer(name, answers, refusals, left=self._unknown_of(commit, taken))
        else:
            await self._ledger.answer(name, answers, refusals)
            if self._actor.near is None:
                await self.settle(fresh=False)
        return self._outcome(wave, judgement, taken)

    def _unknown_of(self, commit: Commit, taken: Taken) -> tuple[Reservation, ...]:
        """Give what stays reserved after an answer: servers of which it does not say what became of them."""
        names = taken.servers(Answer.UNKNOWN)
        units = units_of(self._state, names)
        return (Reservation(commit.wave, commit.lease.execution, names, units),) if names else ()

    def _outcome(self, wave: Wave, judgement: Judgement, taken: Taken) -> WaveOutcome:
        said = dict(taken.answers)
        answers = tuple((server, said.get(server, answer)) for server, answer in judgement.answers)
        not_before = None
        if Answer.TOO_SOON in said.values():
            not_before = self._following.now() + (BUSY_S if taken.retry_after_s is None else taken.retry_after_s)
        return WaveOutcome(wave.operation, answers, judgement.refusals + taken.refusals, not_before)

    async def _judge(
        self, kind: WaveKind, wave: Wave, grounds: ActGrounds, standing: Callable[[LedgerState], Grounds]
    ) -> Judgement:
        scene = await self._scene(wave, grounds, standing)
        judge = judge_removal if kind is WaveKind.TAKE else judge_restore
        # Counting a million servers takes its time, and the loop must not.
        is_large = len(scene.region.roster) > LARGE
        judgement = await asyncio.to_thread(judge, scene, wave) if is_large else judge(scene, wave)
        if kind is WaveKind.TAKE:
            return judgement
        if self._actor.abilities.simulated or not judgement.allowed:
            return judgement
        ours = set(await self._ledger.taken())
        foreign = tuple(name for name in wave.servers if name not in ours)
        if not foreign:
            return judgement
        why = f"{', '.join(foreign[:5])} was not taken out through this ledger, so it is not given back from here"
        refused = tuple((name, Answer.REFUSED if name in foreign else answer) for name, answer in judgement.answers)
        if not wave.undo:
            refused = tuple((name, Answer.REFUSED) for name in wave.servers)
        return Judgement(refused, (*judgement.refusals, Refusal("stale", why)))

    async def _scene(self, wave: Wave, grounds: ActGrounds, standing: Callable[[LedgerState], Grounds]) -> Scene:
        # Asked now: a fresh reading ends a silence.
        seen = grounds.state
        state, now = self._state, standing(seen)
        time = max(self._following.now(), state.time)
        approvals, not_approved = resting_on(seen.approvals, wave)
        return Scene(
            state.region,
            self._counted_states(seen.reservations),
            state.fleet.position,
            time,
            now.silence,
            (*now.unacknowledged, seen.doubt) if seen.doubt else now.unacknowledged,
            {stop.execution for stop in seen.stops} | self.stopping,
            await self._departed(seen, time),
            {wave.execution: len(taken := _taken_by(grounds.waves))},
            taken,
            approvals,
            not_approved,
            lifted(approvals),
            self._actor.abilities.moves_load,
        )

    def _counted_states(self, reservations: Iterable[Reservation]) -> np.ndarray:
        """Give the states with every reserved server as leaving: what is not settled counts as gone."""
        states = self._state.fleet.state.copy()
        position = self._state.fleet.position
        reserved = [position[name] for one in reservations for name in one.servers if name in position]
        at = np.array(reserved, np.int64)
        states[at[states[at] == ServerState.IN_SERVICE]] = ServerState.DRAINING
        return states

    async def _departed(self, seen: LedgerState, time: float) -> tuple[Departed, ...]:
        """Give what left lately, at times of our own clock that come from how long the ledger's entries still live."""
        longest = {entry.wave: entry for entry in sorted(seen.departures, key=lambda entry: entry.window_s)}
        found = []
        for entry in longest.values():
            servers = entry.names
            if not servers:
                kept = await self._ledger.wave(entry.wave)
                servers = () if kept is None else _left(kept)
            found.append(Departed(time - (entry.window_s - entry.remaining_s), entry.execution, servers))
        return tuple(sorted(found, key=lambda one: one.time))

    def _commit(self, kind: WaveKind, name: str, wave: Wave, seen: LedgerState, lease: LedgerLease) -> Commit:
        state, takes = self._state, kind is WaveKind.TAKE
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
        state = self._state
        roster = state.region.roster
        profile = roster.profiles[roster.profile[state.fleet.position[server]]]
        return tuple((state.region.subsystems[number].name, units) for number, units in profile)

    def _source_wave(self, name: str, wave: Wave, servers: tuple[str, ...]) -> SourceWave:
        position = self._state.fleet.position
        supports = tuple(self._following.supports_of(position[server]) for server in servers)
        return SourceWave(
            name, wave.execution, wave.operator, servers, supports, self._deadline_s, wave.undo, wave.planned
        )

    def _floors(self, servers: tuple[str, ...], seen: LedgerState) -> Floors:
        position, states = self._state.fleet.position, self._state.fleet.state
        serving = [
            name
            for one in seen.reservations
            for name in one.servers
            if name in position and states[position[name]] == ServerState.IN_SERVICE
        ]
        return floors_for(self._state, servers, units_of(self._state, serving), self._following.source_name)

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

    async def _last_attempt(self, operation: str) -> KeptWave | None:
        last, name = None, operation
        while (kept := await self._ledger.wave(name)) is not None:
            last, name = kept, _next_attempt(name, operation)
        return last

    def _never_happened(self, kept: KeptWave) -> bool:
        """Say whether what no state shows yet never happened: the source answers, and so long shows nothing of it.

        Counted from the first reading that showed nothing, not from the sending: a source that was held up had time since.
        """
        within_s = self._actor.abilities.shows_within_s
        now = self._following.now()
        return within_s > 0 and now >= self._looked_for.setdefault(kept.id, now) + within_s

    def _decided(
        self, kept: KeptWave, name: str, answers: dict[str, Answer], said: dict[str, Answer], never: bool
    ) -> Answer:
        """Say what became of one server: as was answered, as the source remembers, else as its state shows."""
        for known in (answers.get(name), said.get(name)):
            if known is not None and known is not Answer.UNKNOWN:
                return known
        state = self._state_of(name)
        shows = _TAKEN if kept.kind is WaveKind.TAKE else _GIVEN
        if state in shows:
            return Answer.DONE
        return Answer.REFUSED if never else Answer.UNKNOWN


def _is_to_be_judged_again(outcome: WaveOutcome, now: float) -> bool:
    """Say whether nothing was done because something changed since it was judged, which a source says as too soon by nothing."""
    is_soon = outcome.not_before is not None and outcome.not_before <= now
    return is_soon and {answer for _, answer in outcome.answers} == {Answer.TOO_SOON}


def _in_service(name: str) -> ServerState:
    """Say of a server of which nothing was seen since that it may still have to leave."""
    return ServerState.IN_SERVICE


def _taken_by(waves: Iterable[KeptWave]) -> tuple[str, ...]:
    return tuple(name for wave in waves if wave.kind is WaveKind.TAKE for name in _left(wave))


def _attempt(wave: Wave, waves: Iterable[KeptWave]) -> tuple[str, KeptWave | None]:
    """Name the next attempt at a wave, or give the one that was made: only where all was too soon there is another."""
    known, kept, name = {one.id: one for one in waves}, None, wave.operation
    while name in known:
        kept, name = known[name], _next_attempt(name, wave.operation)
    if kept is None:
        return wave.operation, None
    again = kept.servers == wave.servers and not kept.burnt
    return (name, None) if again and {answer for _, answer in _answers_of(kept)} == {Answer.TOO_SOON} else ("", kept)


def _next_attempt(name: str, operation: str) -> str:
    number = name.removeprefix(operation).removeprefix("-")
    return f"{operation}-{int(number) + 1 if number else 2}"


def _versions(seen: LedgerState, wave: Wave) -> tuple[tuple[int, int], ...]:
    known = {one.number: one.request.version for one in seen.approvals}
    return tuple((number, known.get(number, 0)) for number in wave.approvals)


def _windows(state: State) -> tuple[float, ...]:
    region = state.region
    own = (window.seconds for one in region.subsystems for window in one.windows)
    return tuple(sorted({PACE_WINDOW_S, *(window.seconds for window in region.policy.windows), *own}))


def _answers_of(kept: KeptWave) -> tuple[tuple[str, Answer], ...]:
    return tuple((name, Answer(word)) for name, word in kept.answers)


def _left(kept: KeptWave) -> tuple[str, ...]:
    """Give the servers of a wave that left by it, or may have."""
    answers = dict(kept.answers)
    return tuple(name for name in kept.servers if answers.get(name) not in _UNTOUCHED)


def _outcome_of(operation: str, kept: KeptWave) -> WaveOutcome:
    return WaveOutcome(operation, _answers_of(kept), tuple(Refusal(*one) for one in kept.refusals))


def _refused(wave: Wave, code: str, message: str) -> WaveOutcome:
    answers = tuple((name, Answer.REFUSED) for name in wave.servers)
    return WaveOutcome(wave.operation, answers, (Refusal(code, message),))


def _done_before(kind: WaveKind, wave: Wave, kept: KeptWave) -> WaveOutcome:
    """Answer a wave that was sent already: as it was answered, if it is the same wave; without an answer it is unknown."""
    if kept.kind is not kind or not set(kept.servers) <= set(wave.servers):
        return _refused(wave, "stale", f"{wave.operation} was done already, with other servers; nothing is done")
    if kept.burnt:
        return _refused(wave, "stale", f"{wave.operation} was given up, and is not done any more")
    said = dict(_answers_of(kept)) or dict.fromkeys(kept.servers, Answer.UNKNOWN)
    answers = tuple((name, said.get(name, Answer.REFUSED)) for name in wave.servers)
    return WaveOutcome(wave.operation, answers, tuple(Refusal(*one) for one in kept.refusals))
