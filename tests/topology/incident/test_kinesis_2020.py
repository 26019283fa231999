"""AWS Kinesis, 25 November 2020: adding passes a ceiling, its effect lags by an hour, and the restart takes most of a day."""

from tests.topology.incident.playing import bundled, check_that_it_is_sound, facts, figures, kinds, play, says
from topology.incident.timeline import Timeline

NAME = "kinesis-2020"
ADD = ("02:44", "approve add-capacity")
BACK = (("05:25", "restart front-end"), ("05:30", 'announce "streams fail" by the reserve tool'))


def test_that_it_plays_to_the_end_in_both_eras_and_gives_the_same_bytes() -> None:
    check_that_it_is_sound(NAME, (ADD, *BACK))


def test_that_what_was_published_is_told_with_its_source() -> None:
    clock = ("13:15", "14:15", "15:01", "15:51", "17:39", "18:07", "18:36", "22:18")
    late = ("00:15", "06:23", "06:31")
    quoted = {(f"2020-11-25T{one}:00Z", "study", "Q") for one in clock}
    quoted |= {(f"2020-11-26T{one}:00Z", "study", "Q") for one in late}
    assert facts(NAME) == quoted | {("2020-11-25T10:44:00Z", "aws", "P")}


def test_that_everything_stands_again_at_the_end_of_the_account() -> None:
    last = Timeline(bundled(NAME)).at(bundled(NAME).ends)
    assert {standing.verdict for standing in last.standings} <= {"holds", "tight"}


def test_that_ours_holds_the_ceiling_and_the_tool_of_the_day_falls_an_hour_later() -> None:
    theirs, ours = (play(NAME, era, (ADD,)) for era in ("as-it-was", "underkeel"))
    assert (kinds(theirs), kinds(ours)) == (["done"], ["refused"])
    assert "120 above its ceiling" in says(ours, 0)
    assert figures(ours)["minutes_short"] == 0
    assert figures(theirs)["peak_shortfall"]["front-end"] == 3600


def test_that_backing_out_before_the_effect_costs_nothing() -> None:
    assert figures(play(NAME, "as-it-was", (ADD, ("03:30", "stop"))))["minutes_short"] == 0


def test_that_an_early_restart_is_hours_earlier_and_the_reserve_tool_ends_the_silence() -> None:
    early = play(NAME, "as-it-was", BACK, branch="05:20")
    late = play(NAME, "as-it-was", (("07:51", "restart front-end"),), branch="05:20")
    assert figures(late)["minutes_below"]["front-end"] - figures(early)["minutes_below"]["front-end"] > 120
    assert figures(early)["minutes_of_silence"] == 10
