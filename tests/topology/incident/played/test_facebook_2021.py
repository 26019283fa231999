"""A backbone, 4 October 2021: one place or all, the way in that leads anywhere, and the order of the return."""

from tests.topology.incident.playing import bundled, check_that_it_is_sound, facts, figures, kinds, play, says

NAME = "facebook-2021"
EVERYWHERE = ("15:38", "approve assess-capacity")
RETURN = (("21:00", "restart dns"), ("21:01", "restart data-centres"))


def test_that_it_plays_to_the_end_in_both_eras_and_gives_the_same_bytes() -> None:
    check_that_it_is_sound(NAME, (EVERYWHERE, ("15:50", "try remote-access"), ("16:10", "recover from on-site")))


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


def test_that_who_is_sent_at_once_is_in_before_who_tries_the_dead_ways_first() -> None:
    at_once = play(NAME, "as-it-was", (("15:51", "recover from on-site"),), branch="15:50")
    late = play(
        NAME,
        "as-it-was",
        (("15:51", "try remote-access"), ("16:02", "try out-of-band"), ("16:30", "recover from on-site")),
        branch="15:50",
    )
    never = play(NAME, "as-it-was", (("15:51", "recover from remote-access"),), branch="15:50")
    minutes = [figures(run)["minutes_below"]["backbone"] for run in (at_once, late, never)]
    assert minutes[0] + 30 < minutes[1] < minutes[2]
    assert kinds(never) == ["wrong"]
    assert "over the backbone that is down" in says(late, 0)


def test_that_names_come_before_halls_and_that_halls_wait_for_them() -> None:
    ordered = play(NAME, "as-it-was", RETURN, branch="20:57")
    forgotten = play(NAME, "as-it-was", RETURN[1:], branch="20:57")
    assert figures(ordered)["minutes_below"]["dns"] < 20
    assert figures(ordered)["minutes_below"]["data-centres"] < figures(forgotten)["minutes_below"]["data-centres"]
    assert "as soon as dns works" in says(forgotten, 0)
