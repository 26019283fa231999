"""AWS Seoul DNS, 22 November 2018: a minimum that is missing refuses, and who does not stop the removals refills a sieve."""

from datetime import datetime

from tests.topology.incident.playing import bundled, check_that_it_is_sound, facts, figures, kinds, play, says
from topology.incident.timeline import Timeline

NAME = "seoul-dns-2018"
APPROVE = ("08:15", "approve regional-values")


def test_that_it_plays_to_the_end_in_both_eras_and_gives_the_same_bytes() -> None:
    check_that_it_is_sound(NAME, (APPROVE, ("08:30", "stop"), ("08:31", "restore all to resolvers")))


def test_that_what_was_published_is_told_with_its_source() -> None:
    moments = ("2018-11-21T23:19", "2018-11-21T23:21", "2018-11-21T23:48", "2018-11-22T00:03", "2018-11-22T00:43")
    assert facts(NAME) == {(f"{moment}:00Z", "aws", "P") for moment in moments}


def test_that_lookups_fail_for_84_minutes_in_what_happened() -> None:
    curve = Timeline(bundled(NAME)).course().standing_of("instances")
    fails = [time for time, standing in curve if standing.verdict == "impacted"]
    back = [time for time, standing in curve if fails and time > fails[-1] and standing.verdict == "holds"]
    assert abs((back[0] - fails[0]) / 60 - 84) <= 3


def test_that_ours_refuses_a_minimum_that_is_missing_and_a_check_says_so_in_both() -> None:
    for era in ("as-it-was", "underkeel"):
        looked = play(NAME, era, (("08:15", "check regional-values"),))
        assert "would state no minimum" in says(looked, 0)
        assert figures(looked)["minutes_short"] == 0
    theirs, ours = (play(NAME, era, (APPROVE,)) for era in ("as-it-was", "underkeel"))
    assert (kinds(theirs), kinds(ours)) == (["done"], ["refused"])
    assert figures(theirs)["minutes_short"] > 60
    assert figures(ours)["minutes_short"] == 0
    assert figures(ours)["wrong_refused"] == 1


def test_that_what_removes_hosts_goes_on_in_a_branch_until_it_is_stopped() -> None:
    refill = ("08:30", "restore all to resolvers")
    stopped = play(NAME, "as-it-was", (("08:30", "stop"), refill), branch="08:21")
    sieve = play(NAME, "as-it-was", (refill,), branch="08:21")
    idle = play(NAME, "as-it-was", (), branch="08:21")
    assert figures(stopped)["minutes_short"] < figures(sieve)["minutes_short"]
    assert figures(idle)["peak_shortfall"]["resolvers"] > figures(stopped)["peak_shortfall"]["resolvers"]


def test_that_either_of_the_changes_afterwards_would_have_held_it() -> None:
    meaning, hourly, none = (play(NAME, era, (APPROVE,)) for era in ("semantic-check", "hourly-limit", "as-it-was"))
    assert (kinds(meaning), kinds(hourly), kinds(none)) == (["refused"], ["done"], ["done"])
    assert figures(hourly)["minutes_short"] == 0 < figures(none)["minutes_short"]
    held = [one["text"] for one in hourly["yours"]["told"] if "is held" in one["text"]]
    assert "no more than 10% in 1 h may leave" in held[0]
    # The limit holds back and does not mend: hosts go on leaving, hour by hour, until somebody stops it.
    room = hourly["yours"]["headroom"]["resolvers"]
    assert room[-1][1] < room[0][1]


def test_that_to_put_capacity_back_takes_about_as_long_as_it_did() -> None:
    refilled = play(NAME, "as-it-was", (("09:03", "stop"), ("09:03:30", "restore all to resolvers")), branch="09:02")
    room = refilled["yours"]["headroom"]["resolvers"]
    began, whole = room[0][0], next(moment for moment, units in room if units == 120)
    minutes = (datetime.fromisoformat(whole) - datetime.fromisoformat(began)).total_seconds() / 60
    assert 30 < minutes < 60
