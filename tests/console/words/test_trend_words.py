"""A trend in words and signs: what it was, what it is, the least between, and when nobody knew."""

import io

import pytest

from console.terminal.replay_command import show_timeline
from console.words.trend.sentences import table, trend_sentence
from console.words.trend.signs import trend_signs
from tests.topology.fleet.curves import trend_of


@pytest.mark.parametrize(
    ("steps", "floor", "said"),
    [
        ([(0, 900)], 850, "Last hour: headroom +50, unchanged."),
        ([(0, 900), (600, 840), (900, 890)], 850, "Last hour: headroom +50 → +40, least −10 at 22:23."),
        ([(0, 900), (600, 880), (900, 900)], 850, "Last hour: headroom +50 → +50, least +30 at 22:23."),
        ([(0, 900), (600, 920), (900, 900)], 850, "Last hour: headroom +50, more between."),
        (
            [(0, 900), (600, None), (660, 900)],
            850,
            "Last hour: headroom +50, unchanged; not known 22:23:20 to 22:24:20.",
        ),
        ([(0, 900), (1800, None)], 850, "Last hour: headroom +50, unchanged; not known since 22:43."),
        ([(1800, 900)], 850, "Since 22:43: headroom +50, unchanged."),
        ([(0, 900)], None, "Last hour: in service 900, unchanged; no floor is stated."),
        ([(0, None)], 850, "Last hour: not known."),
    ],
)
def test_that_a_trend_is_one_sentence(steps: list[tuple[float, int | None]], floor: int | None, said: str) -> None:
    assert trend_sentence(trend_of(steps, floor)) == said


def test_that_many_gaps_are_counted_and_the_last_are_named() -> None:
    steps = [(at * 60.0, None if at % 4 == 2 else 900) for at in range(32)]
    said = trend_sentence(trend_of(steps, 850))
    assert "not known 5 times before, 23:0" not in said.split(";")[0]
    assert said.count(" to ") == 3
    assert "not known 5 times before" in said


def test_that_rows_are_of_ten_minutes_and_leave_out_what_is_not_over_or_not_known() -> None:
    rows = table(trend_of([(700, 900), (1300, 840), (1500, 880), (1900, None), (3100, 870)], 850))
    assert rows == (
        ("22:33", "900", "850", "+50", "+50"),
        ("22:43", "880", "850", "+30", "−10"),
        ("22:53", "880", "850", "+30", "+30"),
        ("23:03", "not known", "", "", ""),
        ("23:13", "870", "850", "+20", "+20"),
    )
    assert len(table(trend_of([(0, 900)], 850, until=700))) == 2


def test_that_signs_tell_high_low_below_and_not_known_apart() -> None:
    trend = trend_of([(0, 950), (900, 860), (1800, 800), (2700, None)], 850)
    assert trend_signs(trend, 8) == "██▁▁▼▼··"


def test_that_the_text_of_an_incident_draws_what_fell_and_nothing_that_stayed() -> None:
    out = io.StringIO()
    assert show_timeline("s3-2017", False, out, io.StringIO()) == 0
    lines = out.getvalue().splitlines()
    drawn = lines[lines.index("Headroom from 09:30 to 14:30, ▼ below the floor (model values):") + 1 :]
    drawn = drawn[: drawn.index("")]
    assert [line.split()[0] for line in drawn] == ["billing", "index", "placement"]
    assert drawn[1].endswith("least −2,400 at 09:37")
    assert all(line.split()[1].startswith("█▼") for line in drawn)
