"""When another's execution is about to be done, by the rate of its waves."""

from console.operating.colleagues.others_progress import done_at
from topology.records.ledger.values import KeptWave, WaveKind


def wave(number: int, time: float, servers: int = 4, answer: str = "done") -> KeptWave:
    names = tuple(f"s{number}-{at}" for at in range(servers))
    return KeptWave(
        f"e.{number}", "e", WaveKind.TAKE, "op2", names, time, answers=tuple((name, answer) for name in names)
    )


def test_that_the_end_is_reckoned_from_the_first_wave_to_the_last() -> None:
    assert done_at([wave(1, 100.0), wave(2, 160.0), wave(3, 220.0)], 8) == 220.0 + 120.0


def test_that_nothing_is_said_before_the_second_wave_or_when_nothing_is_left() -> None:
    assert done_at([wave(1, 100.0)], 8) is None
    assert done_at([wave(1, 100.0), wave(2, 160.0)], 0) is None


def test_that_a_wave_of_which_nothing_was_done_does_not_count() -> None:
    assert done_at([wave(1, 100.0), wave(2, 160.0, answer="refused")], 4) is None
