"""A backbone, 4 October 2021: one place or all, the way in that leads anywhere, and the order of the return."""

from tests.topology.incident.playing import bundled, check_that_it_is_sound, facts, figures, kinds, play, says

NAME = "facebook-2021"
EVERYWHERE = ("15:38", "approve assess-capacity")
RETURN = (("21:00", "restart dns"), ("21:01", "restart data-centres"))


def test_that_it_plays_to_the_end_in_both_eras_and_gives_the_same_bytes() -> None:
    check_that_it_is_sound(
        NAME, (EVERYWHERE, ("15:50", "go remote-access"), ("16:10", "go on-site"), ("20:00", "restart backbone"))
    )


def test_that_no_clock_time_is_told_as_the_operators_own() -> None:
    assert facts(NAME) == {
        ("2021-10-04T15:40:00Z", "outside", "S"),
        ("2021-10-04T21:00:00Z", "outside", "S"),
        ("2021-10-04T22:05:00Z", "outside", "S"),
    }
    assert all(event.approximate for event in bundled(NAME).events)


def test_that_one_place_first_is_borne_and_everywhere_is_not() -> None:
    everywhere, one, none = (
        play(NAME, "as-it-was", acts) for acts in ((EVERYWHERE,), (("15:38", "approve assess-capacity in asia"),), ())
    )
    assert figures(everywhere)["minutes_below"]["backbone"] > 400
    assert figures(everywhere)["peak_shortfall"]["data-centres"] > 0
    assert figures(one)["minutes_short"] == figures(none)["minutes_short"] == 0


def test_that_ours_lets_it_go_nowhere_at_once() -> None:
    ours = play(NAME, "underkeel", (EVERYWHERE,))
    assert kinds(ours) == ["refused"]
    assert figures(ours)["minutes_short"] == 0
    one_after_the_other = play(NAME, "underkeel", (("15:38", "approve assess-capacity by zone"),))
    assert "backbone 120 → 0" in says(one_after_the_other, 0)
    few = play(NAME, "underkeel", (("15:38", "approve assess-capacity for 10 in asia"),))
    assert kinds(few) == ["done"]
    assert figures(few)["minutes_short"] == 0


SENT = ("15:51", "go on-site")
BACK = (("20:00", "restart backbone"), ("20:31", "restart dns"), ("20:45", "restart data-centres"))


def test_that_a_guard_with_a_bug_lets_pass_what_a_second_check_refuses() -> None:
    theirs, checked = (play(NAME, era, (EVERYWHERE,)) for era in ("as-it-was", "two-checks"))
    assert (kinds(theirs), kinds(checked)) == (["done"], ["refused"])
    assert "the check at the act counts again" in says(checked, 0)
    others = play(NAME, "as-it-was", (("15:38", "remove all from backbone"),))
    assert kinds(others) == ["refused"]  # the tool is there: only this command passes it
    assert figures(theirs)["catastrophes"] == 1


def test_that_what_follows_from_the_backbone_follows_a_trainees_act_as_well() -> None:
    told = [one["text"] for one in play(NAME, "as-it-was", (EVERYWHERE,))["yours"]["told"]]
    assert any("take their own routes back" in one for one in told)
    assert any("run empty" in one for one in told)
    one = play(NAME, "as-it-was", (("15:38", "approve assess-capacity in asia"),))
    assert not any("routes" in told["text"] for told in one["yours"]["told"])


def test_that_nobody_acts_before_somebody_is_in() -> None:
    found = play(
        NAME, "as-it-was", (("15:51", "restart backbone"), SENT, ("19:00", "restart backbone"), *BACK), "15:49"
    )
    assert kinds(found) == ["wrong", "done", "wrong", "done", "done", "done"]
    assert "nobody is there: go on-site" in says(found, 0)
    assert "they are on the way" in says(found, 2)
    assert any("60 min more to get in, since internal-tools is down" in one["text"] for one in found["yours"]["told"])
    assert play(NAME, "as-it-was", (SENT, SENT), "15:49")["acts"][1]["outcome"] == "wrong"


def test_that_who_is_sent_at_once_is_in_before_who_tries_the_dead_ways_first() -> None:
    late = (
        ("15:51", "go remote-access"),
        ("16:02", "go out-of-band"),
        ("16:30", "go on-site"),
        ("20:10", "restart backbone"),
    )
    runs = [play(NAME, "as-it-was", acts, "15:49") for acts in ((SENT, ("19:25", "restart backbone")), late, ())]
    minutes = [figures(run)["minutes_below"]["backbone"] for run in runs]
    assert minutes[0] + 30 < minutes[1] < minutes[2]
    assert "needs remote-access, internal-tools, which is down" in says(runs[1], 0)


def test_that_halls_that_come_back_too_fast_trip() -> None:
    slow, fast, refused = (
        play(NAME, era, (RETURN[0], ("21:15", f"restart data-centres{rate}")), branch="20:57")
        for era, rate in (("as-it-was", ""), ("as-it-was", " at 60/min"), ("underkeel", " at 60/min"))
    )
    assert figures(slow)["minutes_below"]["data-centres"] < figures(fast)["minutes_below"]["data-centres"]
    assert figures(slow)["shortfall"] < figures(fast)["shortfall"]
    assert any("trip" in one["text"] for one in fast["yours"]["told"])
    assert kinds(refused) == ["done", "refused"]
    assert "more than the 8 that it bears" in says(refused, 1)


def test_that_names_come_before_halls_and_that_halls_wait_for_them() -> None:
    ordered = play(NAME, "as-it-was", RETURN, branch="20:57")
    forgotten = play(NAME, "as-it-was", RETURN[1:], branch="20:57")
    assert figures(ordered)["minutes_below"]["dns"] < 20
    assert figures(ordered)["minutes_below"]["data-centres"] < figures(forgotten)["minutes_below"]["data-centres"]
    assert "as soon as dns works" in says(forgotten, 0)
