"""Restarts, approvals and recoveries are plans: the same guards as a removal, in parts, in stages, at a rate."""

from typing import Any

import pytest

from console.words.findings.table import sentence
from tests.topology.incident.playing import bundled, figures, kinds, play, says
from topology.incident.orders.orders import order_of
from topology.incident.session.acts import read_acts
from topology.incident.session.session import run_acts
from topology.incident.timeline import Timeline

S3 = "s3-2017"
SLIP = ("09:37", "remove 402 servers from billing where name = billing-0*")


def index(outcome: dict[str, Any], side: str = "yours") -> list[int]:
    return [point[1] + 2400 for point in outcome[side]["headroom"]["index"]]


def test_that_a_restart_of_all_that_works_is_refused_like_the_removal_of_as_many() -> None:
    for order in ("restart index", "restart 2600 of index", "restart index in az1", "restart index by zone"):
        found = play(S3, "underkeel", (("09:36", order),))
        assert kinds(found) == ["refused"], order
        assert figures(found)["minutes_short"] == 0
        assert figures(found)["wrong_refused"] == 1
    assert "index 2,600 → 0, floor 2,400: 2,400 below; at most 200 can leave" in says(
        play(S3, "underkeel", (("09:36", "restart index"),)), 0
    )
    theirs = play(S3, "as-it-was", (("09:36", "restart index"),))
    assert kinds(theirs) == ["done"]
    assert figures(theirs)["peak_shortfall"]["index"] == 2400


def test_that_a_part_leaves_at_the_pace_is_checked_and_rejoins_with_every_floor_kept() -> None:
    found = play(S3, "underkeel", (("09:36", "restart 60 of index in az4 at 10/min"),))
    assert kinds(found) == ["done"]
    assert figures(found)["minutes_short"] == 0
    assert 2600 - 60 <= min(index(found)) < 2600 - 20
    assert index(found)[-1] == 2600
    assert any("60 servers are restarted" in one["text"] for one in found["yours"]["told"])


def test_that_a_stage_begins_only_when_the_one_before_is_back_and_stop_ends_them() -> None:
    order = ("09:36", "restart 100 of index by rack")
    whole = play(S3, "underkeel", (order,))
    assert "in 3 stages by rack" in says(whole, 0)
    assert min(index(whole)) >= 2600 - 40  # a rack holds forty, and never is more than one of them away
    assert sum("are restarted" in one["text"] for one in whole["yours"]["told"] if one["kind"] == "event") == 3
    stopped = play(S3, "underkeel", (order, ("09:36:30", "stop")))
    assert index(stopped)[-1] == 2600
    assert sum("are restarted" in one["text"] for one in stopped["yours"]["told"] if one["kind"] == "event") == 1


def test_that_what_fails_meanwhile_halts_a_restart_before_it_breaks_a_floor() -> None:
    acts = (("09:36", "restart 190 of index at 20/min"), ("09:37", "inject fail 29 from index in az4"))
    found = play(S3, "underkeel", acts)
    assert any("halted" in one["text"] and "index" in one["text"] for one in found["yours"]["told"])
    assert 2400 < min(index(found)) < 2600 - 29
    assert figures(found)["minutes_short"] == 0
    assert sum("are restarted" in one["text"] for one in found["yours"]["told"] if one["kind"] == "event") == 1


def test_that_what_stopped_can_be_let_in_again_in_parts_and_nothing_leaves_by_it() -> None:
    back = (SLIP, ("09:40", "restore all to billing"))
    part = play(S3, "as-it-was", (*back, ("09:45", "restart index in az1 az2")))
    assert kinds(part) == ["done", "done", "done"]
    assert max(index(part)[3:]) == 1302  # what is in these two zones
    both = play(S3, "as-it-was", (*back, ("09:45", "restart index in az1 az2"), ("09:46", "restart index in az4 az6")))
    whole = play(S3, "as-it-was", (*back, ("09:45", "restart index")))
    assert index(both)[-1] == index(whole)[-1] == 2600
    assert figures(both)["minutes_below"]["index"] < figures(whole)["minutes_below"]["index"]


def test_that_a_restart_that_leaves_it_below_its_floor_says_so_before() -> None:
    text = f'format = 1\nincident = "{S3}"\nera = "as-it-was"\n[[act]]\ntime = "{SLIP[0]}"\ndo = "{SLIP[1]}"\n'
    text += '[[act]]\ntime = "09:45"\ndo = "restart index"\nconfirm = false\n'
    incident = bundled(S3)
    answers = run_acts(Timeline(incident), read_acts(text, "acts.toml", incident), sentence).answers
    assert answers[1].kind == "shown"
    assert "it would come back with 2,198 of a floor of 2,400: restore what was removed" in "; ".join(
        answers[1].sentences
    )


def test_that_a_rate_that_nobody_can_keep_is_refused() -> None:
    found = play(S3, "as-it-was", (SLIP, ("09:45", "restart index at 900/min")))
    assert kinds(found) == ["done", "wrong"]
    assert "at most 50 servers of index a minute can rejoin" in says(found, 1)
    slow = play(S3, "as-it-was", (SLIP, ("09:45", "restore all to billing"), ("09:46", "restart index at 20/min")))
    quick = play(S3, "as-it-was", (SLIP, ("09:45", "restore all to billing"), ("09:46", "restart index")))
    assert figures(slow)["minutes_below"]["index"] > figures(quick)["minutes_below"]["index"] + 60


def test_that_a_recovery_of_what_is_there_means_nothing() -> None:
    found = play("gitlab-2017", "underkeel", (("23:10", "recover from manual-snapshot"),))
    assert kinds(found) == ["wrong"]
    assert "nothing of database is gone" in says(found, 0)


def test_that_a_restore_is_not_refused_for_its_size() -> None:
    found = play(
        "seoul-dns-2018", "underkeel", (("08:22", "stop"), ("08:23", "restore all to resolvers")), branch="08:21"
    )
    assert kinds(found) == ["done", "done"]
    assert figures(found)["minutes_short"] < 15


def test_that_who_takes_over_in_mid_recovery_finds_it_going_on() -> None:
    for branch in ("09:50", "11:50", "12:40", "13:16"):
        found = play(S3, "underkeel", (), branch=branch)
        yours, then = figures(found), found["what_happened"]["score"]
        assert abs(yours["minutes_below"]["index"] - then["minutes_below"]["index"]) < 5, branch
        assert abs(yours["minutes_short"] - then["minutes_short"]) < 20, (
            branch
        )  # placement, which follows, by the model
    told = play(S3, "underkeel", (("12:00", 'announce "reads fail"'),), branch="11:50")
    assert kinds(told) == ["done"]  # the board works again since 11:37
    assert kinds(play(S3, "underkeel", (("10:00", 'announce "reads fail"'),), branch="09:50")) == ["wrong"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("restart", "write restart"),
        ("restart 40 of", "write restart|not a subsystem"),
        ("restart index in", "is not understood"),
        ("restart index in nowhere", "is no zone, cell or rack"),
        ("restart index by rows", "is not understood"),
        ("restart index at fast", "is not understood"),
        ("restart 200% of index", "more than all"),
        ("approve x for 3 somewhere", "is not understood"),
        ("shift 40 of index", "write shift"),
    ],
)
def test_that_an_order_that_is_not_understood_says_what_to_write(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        order_of(text, bundled(S3).region)


@pytest.mark.parametrize(
    "text",
    [
        "restart index",
        "restart 40 of index in az4 az1/c1 by cell at 10/min",
        "restart 5% of index by zone",
        "approve change",
        "approve change for 5% in az4 by rack at 3/min",
        "check change for 3 in az4",
        "recover from copy",
        "try copy",
        "shift 50% of index to placement",
        "shift 7 of index to placement",
        "inject fail 40 from index in az4",
        "inject lose az4",
        "inject restart index",
        'announce "x" by banner',
        'override "why"',
        "notice",
    ],
)
def test_that_an_order_prints_what_reads_as_the_same(text: str) -> None:
    order = order_of(text, bundled(S3).region)
    assert str(order) == text
    assert order_of(str(order), bundled(S3).region) == order
