"""Joyent, 27 May 2014: a reboot without its list of hosts takes the data centre; ours reads the count and refuses."""

from tests.topology.incident.playing import bundled, check_that_it_is_sound, facts, figures, kinds, play, says
from topology.incident.times import utc_text

NAME = "joyent-2014"
WITHOUT_LIST = ("20:13", "remove all from machines")
RETURN = (
    ("20:16", "restore all to machines"),
    ("20:17", "restart compute"),
    ("20:17", "restart legacy"),
    ("20:18", "restart control-plane"),
)


def test_that_it_plays_to_the_end_in_both_eras_and_gives_the_same_bytes() -> None:
    check_that_it_is_sound(NAME, (WITHOUT_LIST, *RETURN))


def test_that_no_time_that_counts_from_memory_is_told_as_a_fact() -> None:
    assert facts(NAME) == set()
    told = [one for one in bundled(NAME).events if "counts from 20:13" in one.text]
    assert {(one.source, one.confidence, one.approximate) for one in told} == {("index", "S", True)}
    assert [utc_text(one.time)[11:16] for one in told] == ["20:33", "21:13", "22:42"]


def test_that_the_list_matters_only_where_nothing_refuses() -> None:
    theirs, ours = (play(NAME, era, (WITHOUT_LIST, *RETURN)) for era in ("as-it-was", "underkeel"))
    assert kinds(theirs)[0] == "done"
    assert kinds(ours)[0] == "refused"
    assert "1,000 servers in one command" in says(ours, 0)
    assert "control-plane is protected" in says(ours, 0)
    assert figures(theirs)["peak_shortfall"]["compute"] == 640


def test_that_a_list_that_matches_nothing_meant_every_server_then_and_none_now() -> None:
    typo = ("20:13", "remove all from machines where name = nwe-*")
    assert play(NAME, "as-it-was", (typo,))["acts"][0]["servers"] == 1000
    assert kinds(play(NAME, "underkeel", (typo,))) == ["refused"]


def test_that_a_good_run_leaves_every_instance_alone() -> None:
    good = play(
        NAME,
        "underkeel",
        (("20:13", "remove 12 servers from machines where name = new-*"), ("20:20", "restore all to machines")),
    )
    assert kinds(good) == ["done", "done"]
    assert figures(good)["minutes_short"] == 0
    assert figures(play(NAME, "as-it-was", (WITHOUT_LIST, *RETURN)))["minutes_short"] > 100


def test_that_the_order_of_return_decides_how_long_customers_wait() -> None:
    early = play(NAME, "as-it-was", RETURN[1:], branch="20:15")
    late = play(NAME, "as-it-was", (("20:16", "restart control-plane"), ("21:10", "restart compute")), branch="20:15")
    assert figures(early)["minutes_below"]["compute"] < figures(late)["minutes_below"]["compute"]


def test_that_a_pace_leaves_time_to_stop() -> None:
    stop = (WITHOUT_LIST, ("20:15", "stop"), ("20:16", "restore all to machines"))
    paced, at_once = (play(NAME, era, stop) for era in ("with-pace", "as-it-was"))
    assert "at 10/min" in says(paced, 0)
    assert figures(paced)["peak_shortfall"]["compute"] == 0
    assert figures(at_once)["peak_shortfall"]["compute"] == 640
    assert figures(paced)["minutes_short"] < 5 < figures(at_once)["minutes_short"]


def test_that_restarts_together_share_the_boot_service_until_its_limits_are_lifted() -> None:
    every = tuple(("20:16", f"restart {one}") for one in ("compute", "legacy", "control-plane"))
    together, in_turn, lifted = (
        figures(play(NAME, "as-it-was", acts, branch="20:15"))
        for acts in (
            every,
            (every[0], ("20:45", "restart legacy"), ("21:17", "restart control-plane")),
            (("20:16", "approve lift-limits"), *every),
        )
    )
    # All at once: most customers wait longer. In turn: they are back within the hour, and the last come last.
    assert in_turn["minutes_below"]["compute"] + 30 <= together["minutes_below"]["compute"]
    assert in_turn["minutes_short"] > together["minutes_short"]
    assert lifted["minutes_below"]["compute"] == in_turn["minutes_below"]["compute"]
    assert lifted["minutes_short"] == together["minutes_short"]
