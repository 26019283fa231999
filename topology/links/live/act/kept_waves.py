"""Waves as a ledger keeps them, in the words of a link."""

from collections.abc import Iterable

from topology.links.fleet_source import Answer
from topology.links.protocol import Wave, WaveOutcome
from topology.records.ledger.values import KeptWave, WaveKind
from topology.refusals.at_act import DoneBefore, GivenUp
from topology.refusals.base import RefusalFacts
from topology.refusals.refusal import Refusal, read_kept

_UNTOUCHED = (Answer.REFUSED.value, Answer.TOO_SOON.value)


def answers_of(kept: KeptWave) -> tuple[tuple[str, Answer], ...]:
    """Give what each server was answered."""
    return tuple((name, Answer(word)) for name, word in kept.answers)


def left_by(kept: KeptWave) -> tuple[str, ...]:
    """Give the servers of a wave that left by it, or may have."""
    answers = dict(kept.answers)
    return tuple(name for name in kept.servers if answers.get(name) not in _UNTOUCHED)


def taken_by(waves: Iterable[KeptWave]) -> tuple[str, ...]:
    """Give the servers that waves took, or may have."""
    return tuple(name for wave in waves if wave.kind is WaveKind.TAKE for name in left_by(wave))


def outcome_of(operation: str, kept: KeptWave) -> WaveOutcome:
    """Give what became of a wave."""
    return WaveOutcome(operation, answers_of(kept), read_kept(kept.refusals))


def refused(wave: Wave, code: str, facts: RefusalFacts) -> WaveOutcome:
    """Refuse a wave as a whole."""
    answers = tuple((name, Answer.REFUSED) for name in wave.servers)
    return WaveOutcome(wave.operation, answers, (Refusal(code, facts),))


def done_before(kind: WaveKind, wave: Wave, kept: KeptWave) -> WaveOutcome:
    """Answer a wave that was sent already: as it was answered, if it is the same wave; without an answer it is unknown."""
    if kept.kind is not kind or not set(kept.servers) <= set(wave.servers):
        return refused(wave, "stale", DoneBefore(wave.operation))
    if kept.burnt:
        return refused(wave, "stale", GivenUp(wave.operation))
    said = dict(answers_of(kept)) or dict.fromkeys(kept.servers, Answer.UNKNOWN)
    answers = tuple((name, said.get(name, Answer.REFUSED)) for name in wave.servers)
    return WaveOutcome(wave.operation, answers, read_kept(kept.refusals))


def attempt_of(wave: Wave, waves: Iterable[KeptWave]) -> tuple[str, KeptWave | None]:
    """Name the next attempt at a wave, or give the one that was made: only where all was too soon there is another."""
    known, kept, name = {one.id: one for one in waves}, None, wave.operation
    while name in known:
        kept, name = known[name], next_attempt(name, wave.operation)
    if kept is None:
        return wave.operation, None
    again = kept.servers == wave.servers and not kept.burnt
    return (name, None) if again and {answer for _, answer in answers_of(kept)} == {Answer.TOO_SOON} else ("", kept)


def next_attempt(name: str, operation: str) -> str:
    """Name the attempt at a wave after the one called *name*."""
    number = name.removeprefix(operation).removeprefix("-")
    return f"{operation}-{int(number) + 1 if number else 2}"
