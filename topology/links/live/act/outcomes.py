"""What became of waves that were sent: by the ledger, else by the source, else by the states."""

from collections.abc import Collection

from topology.links.deadline import BoundedActor
from topology.links.fleet_source import Answer
from topology.links.live.act.kept_waves import answers_of, next_attempt, outcome_of
from topology.links.live.act.reservations import Reservations
from topology.links.live.follow.following import Following
from topology.links.protocol import WaveOutcome
from topology.records.ledger.protocol import Ledger
from topology.records.ledger.values import KeptWave, WaveKind
from topology.refusals.at_act import NobodyKnows
from topology.refusals.refusal import Refusal, kept_as_text, read_kept
from topology.region.server_states import ServerState

TAKEN_STATES = (ServerState.DRAINING, ServerState.REMOVED)
"""What shows that a server was taken."""
GIVEN_STATES = (ServerState.JOINING, ServerState.IN_SERVICE)
"""What shows that a server was given back."""


class WaveOutcomes:
    """Finds out what became of waves, and keeps it in *ledger*."""

    def __init__(self, following: Following, actor: BoundedActor, ledger: Ledger, reservations: Reservations) -> None:
        self._following = following
        self._actor = actor
        self._ledger = ledger
        self._reservations = reservations
        self._looked_for: dict[str, float] = {}
        """By wave without an answer: when a reading first showed nothing of it."""

    async def outcome(self, operation: str) -> WaveOutcome | None:
        """Say what became of a wave: by the ledger, else by the source, else by the states; None when it never happened.

        Raises:
            LinkError: the ledger or the source could not be asked.
        """
        kept = await self.last_attempt(operation)
        if kept is None or kept.burnt:
            return None
        answers = dict(answers_of(kept))
        if answers and Answer.UNKNOWN not in answers.values():
            return outcome_of(operation, await self._after_stop(kept))
        found = await self._actor.found(kept.id)
        said = {} if found is None else dict(found.answers)
        if found is None and self._actor.abilities.remembers_waves:
            if await self._actor.found(kept.id, abandon=True) is None:
                nothing = tuple((name, Answer.REFUSED.value) for name in kept.servers)
                await self._ledger.answer(kept.id, nothing, abandoned=True)
                await self._reservations.settle(fresh=False)
                return None
            return await self.outcome(operation)
        await self._following.look(None)
        never = self._never_happened(kept)
        settled = tuple((name, self._decided(kept, name, answers, said, never)) for name in kept.servers)
        await self._ledger.answer(kept.id, tuple((name, answer.value) for name, answer in settled), kept.refusals)
        await self._reservations.settle(fresh=False)
        return WaveOutcome(operation, settled, read_kept(kept.refusals))

    async def give_up(self, operator: str, names: tuple[str, ...]) -> None:
        """End what is reserved for servers that nobody can say of whether they left: an operator saw that they serve.

        Raises:
            LinkError: the ledger or the source could not be asked.
        """
        for reservation in (await self._reservations.settle(fresh=True)).reservations:
            kept = await self._ledger.wave(reservation.wave)
            if kept is None or not await self._reservations.is_overdue(reservation, await self._ledger.read()):
                continue
            if await self.outcome(kept.id) is None:
                continue  # it never happened, and never will
            kept = await self._ledger.wave(reservation.wave) or kept
            ended = {name for name in reservation.servers if name in names}
            told = tuple(
                (name, Answer.REFUSED.value if name in ended and word is Answer.UNKNOWN else word.value)
                for name, word in answers_of(kept)
            )
            why = kept_as_text([Refusal("unknown", NobodyKnows(operator, tuple(sorted(ended))))])
            if ended and told and told != kept.answers:
                await self._ledger.answer(kept.id, told, (*kept.refusals, *why))
        await self._reservations.settle(fresh=False)

    async def note_returned(self, wave: KeptWave, back: Collection[str]) -> None:
        """Keep of a wave which of its servers a stop gave *back*."""
        answers = answers_of(wave)
        if wave.kind is WaveKind.TAKE and any(name in back for name, _ in answers):
            told = tuple((name, (Answer.RETURNED if name in back else answer).value) for name, answer in answers)
            await self._ledger.answer(wave.id, told, wave.refusals)

    async def last_attempt(self, operation: str) -> KeptWave | None:
        """Give the last attempt at a wave that the ledger knows of."""
        last, name = None, operation
        while (kept := await self._ledger.wave(name)) is not None:
            last, name = kept, next_attempt(name, operation)
        return last

    async def _after_stop(self, kept: KeptWave) -> KeptWave:
        """Give a wave with what a stop gave back of it: whoever stopped may have died before that was written down."""
        done = [name for name, answer in answers_of(kept) if answer is Answer.DONE]
        seen = await self._ledger.read()
        if kept.kind is not WaveKind.TAKE or not done or not seen.is_stopped(kept.execution):
            return kept
        can = self._actor.abilities
        if can.remembers_waves:
            found = await self._actor.found(kept.id)
            back = set() if found is None else set(found.servers(Answer.RETURNED))
        elif can.shows_within_s:
            await self._following.look(None)
            back = {name for name in done if self._reservations.state_of(name) is ServerState.IN_SERVICE}
        else:
            return kept  # it may be accepted as leaving, and not have begun to
        await self.note_returned(kept, back.intersection(done))
        return await self._ledger.wave(kept.id) or kept

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
        state = self._reservations.state_of(name)
        shows = TAKEN_STATES if kept.kind is WaveKind.TAKE else GIVEN_STATES
        if state in shows:
            return Answer.DONE
        return Answer.REFUSED if never else Answer.UNKNOWN
