"""AWS Seoul DNS, 22 November 2018: a minimum that is missing refuses, and who does not stop the removals refills a sieve."""

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
