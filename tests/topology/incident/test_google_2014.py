"""Google edge machines, 2014: empty means nothing with us, and a check must not refuse the way back of what it let go."""

from tests.topology.incident.playing import check_that_it_is_sound, facts, figures, kinds, play, says

NAME = "google-2014"
AGAIN = ("16:38", "remove all from satellites where name = retired-*")
BACK = ("17:45", "restore all to satellites")
SHIFT = ("17:41", "shift satellites to core")


def test_that_it_plays_to_the_end_in_both_eras_and_gives_the_same_bytes() -> None:
    check_that_it_is_sound(NAME, (AGAIN, ("16:50", "shift satellites to core"), BACK))


def test_that_what_was_published_is_told_with_its_source() -> None:
    moments = ("2014-08-11T23:38", "2014-08-12T00:10", "2014-08-12T00:50", "2014-08-13T14:46")
    assert facts(NAME) == {(f"{moment}:00Z", "workbook", "P") for moment in moments}


def test_that_an_empty_selection_takes_every_satellite_then_and_none_now() -> None:
    theirs, ours = (play(NAME, era, (AGAIN,)) for era in ("as-it-was", "underkeel"))
    assert (kinds(theirs), kinds(ours)) == (["done"], ["refused"])
    assert theirs["acts"][0]["servers"] == 300
    assert figures(ours)["minutes_short"] == 0
    assert figures(theirs)["minutes_short"] > 60


def test_that_the_check_lets_23_percent_go_and_refuses_29_percent_of_the_rest() -> None:
    acts = (
        SHIFT,
        BACK,
        ("17:46", 'override "these are the machines that left"'),
        ("17:47", "restore all to satellites"),
    )
    theirs, ours = (play(NAME, era, acts, branch="17:40") for era in ("as-it-was", "underkeel"))
    assert kinds(theirs) == ["done", "refused", "done", "done"]
    assert "29 %" in says(theirs, 1)
    assert kinds(ours)[1] == "done"
    assert 300 * 100 // 1304 == 23


def test_that_a_stop_before_the_pages_keeps_the_satellites() -> None:
    stopped = play(NAME, "as-it-was", (("16:46", "stop"),), branch="16:45")
    idle = play(NAME, "as-it-was", (), branch="16:45")
    assert figures(stopped)["minutes_short"] == 0
    assert figures(idle)["minutes_short"] > 1000


def test_that_spare_room_in_the_core_ends_the_outage() -> None:
    moved = play(NAME, "underkeel", (SHIFT,), branch="17:40")
    assert kinds(moved) == ["done"]
    assert figures(moved)["minutes_short"] == 10  # in ten steps, a minute each
    quick = play(NAME, "underkeel", (("17:41", "shift satellites to core at 240/min"),), branch="17:40")
    assert figures(quick)["minutes_short"] == 1


def test_that_what_was_erased_is_rebuilt_in_days_and_only_moving_the_load_helps_before() -> None:
    back = (("17:42", 'override "the way back"'), ("17:43", "restore all to satellites"))
    moved = play(NAME, "as-it-was", (("17:41", "shift satellites to core"), *back), branch="17:40")
    waits = play(NAME, "as-it-was", back, branch="17:40")
    undone = play(NAME, "as-it-was", (("16:38", "remove all from satellites"), ("16:40", "undo")))
    assert figures(moved)["minutes_short"] < 10
    assert figures(waits)["minutes_short"] > 24 * 60
    assert figures(undone)["minutes_short"] > 24 * 60


def test_that_two_halves_pass_the_check_that_refuses_the_whole() -> None:
    first, second = ("17:45", "restore 200 to satellites"), ("17:46", "restore all to satellites")
    theirs = play(NAME, "as-it-was", (SHIFT, BACK, first, second), branch="17:40")
    assert kinds(theirs) == ["done", "refused", "done", "done"]


def test_that_room_made_in_time_keeps_queries_and_a_stop_the_machines_too() -> None:
    moved, stopped = (
        play(NAME, "as-it-was", ((("16:50", order)),), branch="16:45") for order in ("shift satellites to core", "stop")
    )
    assert figures(moved)["minutes_without"]["queries"] == figures(stopped)["minutes_without"]["queries"] == 0
    gone, kept = (run["yours"]["headroom"]["monitoring"][-1][1] for run in (moved, stopped))
    assert kept - gone == 300
