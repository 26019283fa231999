"""AWS Kinesis, 25 November 2020: adding passes a ceiling, its effect lags by an hour, and the restart takes most of a day."""

from tests.topology.incident.playing import bundled, check_that_it_is_sound, facts, figures, kinds, play, says
from topology.incident.timeline import Timeline

NAME = "kinesis-2020"
ADD = ("02:44", "approve add-capacity")
BACK = (("05:25", "restart front-end"), ("05:30", 'announce "streams fail" by reserve'))


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
    out = ("03:31", "remove all from front-end where name = new-*")
    assert figures(play(NAME, "as-it-was", (ADD, ("03:30", "stop"), out)))["minutes_short"] == 0
    # To stop leaves those that have joined, and what follows from them.
    assert figures(play(NAME, "as-it-was", (ADD, ("03:30", "stop"))))["minutes_short"] > 1000


def test_that_an_early_restart_is_hours_earlier_and_the_reserve_tool_ends_the_silence() -> None:
    early = play(NAME, "as-it-was", (("05:25", "restart 4000 of front-end"), BACK[1]), branch="05:20")
    late = play(NAME, "as-it-was", (("07:51", "restart 4000 of front-end"),), branch="05:20")
    assert figures(late)["minutes_below"]["front-end"] - figures(early)["minutes_below"]["front-end"] > 120
    assert figures(early)["minutes_of_silence"] < 40 < figures(late)["minutes_of_silence"]


def test_that_the_rate_of_the_restart_and_what_is_restarted_decide_the_day() -> None:
    acts = ("front-end", "4000 of front-end at 6/min", "front-end at 10/min")
    runs = [play(NAME, "as-it-was", (("05:21", f"restart {one}"),), branch="05:20") for one in acts]
    minutes = [figures(run)["minutes_short"] for run in runs]
    assert minutes[1] + 60 < minutes[0] < minutes[2]
    assert any("Health checks put servers out again" in one["text"] for one in runs[2]["yours"]["told"])
    # All of it is restarted with those that were added: the limit is passed once more.
    assert sum("passed a limit of its own" in one["text"] for one in runs[0]["yours"]["told"]) == 1
    assert not any("passed a limit of its own" in one["text"] for one in runs[1]["yours"]["told"])
    turned = (("05:21", "restart front-end at 10/min"), ("06:00", "restart front-end at 6/min"))
    assert kinds(play(NAME, "as-it-was", turned, "05:20")) == ["done", "done"]


def test_that_ours_refuses_a_return_that_is_too_fast_or_too_large() -> None:
    orders = ("restart front-end", "restart 4000 of front-end at 8/min", "restart 4000 of front-end at 6/min")
    found = play(NAME, "underkeel", tuple(("05:21", one) for one in orders), "05:20")
    assert kinds(found) == ["refused", "refused", "done"]
    assert "more than the 6 that it bears" in says(found, 1)
