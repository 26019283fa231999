"""GitLab.com, 31 January 2017: the last good copy is not removed, and a copy is good or not only once it is tried."""

from tests.topology.incident.playing import check_that_it_is_sound, facts, figures, kinds, play, says

NAME = "gitlab-2017"
WRONG_HOST = ("23:30", "remove servers db1-0001")


def test_that_it_plays_to_the_end_in_both_eras_and_gives_the_same_bytes() -> None:
    check_that_it_is_sound(NAME, (WRONG_HOST, ("23:40", "recover from manual-snapshot")), branch="23:29")


def test_that_what_was_published_is_told_with_its_source() -> None:
    assert facts(NAME) == {
        ("2017-01-31T17:20:00Z", "report", "P"),
        ("2017-01-31T19:00:00Z", "report", "P"),
        ("2017-01-31T23:00:00Z", "report", "P"),
        ("2017-01-31T23:30:00Z", "report", "P"),
        ("2017-02-01T00:36:00Z", "note", "P"),
        ("2017-02-01T01:18:00Z", "note", "P"),
        ("2017-02-01T17:00:00Z", "report", "P"),
        ("2017-02-01T18:00:00Z", "report", "P"),
    }


def test_that_ours_keeps_the_last_good_copy_whatever_the_terminal_is_called() -> None:
    theirs, ours = (play(NAME, era, (WRONG_HOST,), branch="23:29") for era in ("as-it-was", "underkeel"))
    assert (kinds(theirs), kinds(ours)) == (["done"], ["refused"])
    assert "good-copies 1 → 0" in says(ours, 0)
    assert figures(theirs)["minutes_below"]["database"] > 1000
    assert figures(ours)["minutes_short"] == 0


def test_that_the_standby_may_be_emptied_in_both_while_the_primary_is_there() -> None:
    for era in ("as-it-was", "underkeel"):
        assert kinds(play(NAME, era, (("23:10", "remove servers db2-0001"),))) == ["done"]


def test_that_the_choice_of_the_copy_decides_what_is_lost_and_for_how_long() -> None:
    by_hand = play(NAME, "as-it-was", (("23:40", "recover from manual-snapshot"),), branch="23:35")
    searching = (
        ("23:40", "try daily-dump"),
        ("23:56", "try disk-snapshots"),
        ("2017-02-01 00:10", "recover from daily-snapshot"),
    )
    late = play(NAME, "as-it-was", searching, branch="23:35")
    assert figures(by_hand)["minutes_of_data_lost"] == 370
    assert figures(late)["minutes_of_data_lost"] == 22 * 60
    assert figures(late)["minutes_below"]["database"] > figures(by_hand)["minutes_below"]["database"]
    assert "there is nothing in it" in says(late, 0)
    assert by_hand["what_happened"]["score"]["minutes_of_data_lost"] == 370


def test_that_a_copy_that_is_not_good_costs_time_and_gives_nothing() -> None:
    tried = play(NAME, "as-it-was", (("23:40", "recover from standby"),), branch="23:35")
    assert kinds(tried) == ["wrong"]
    assert figures(tried)["minutes_of_data_lost"] is None


def test_that_going_on_a_copy_first_and_leaving_the_standby_end_differently() -> None:
    empty, wrong = ("23:25", "remove servers db2-0001"), ("23:30", "remove servers db1-0001")
    goes_on = play(NAME, "as-it-was", (empty, wrong, ("23:40", "recover from manual-snapshot")))
    copy_first = play(
        NAME, "as-it-was", (("23:06", "try fresh-snapshot"), empty, wrong, ("23:40", "recover from fresh-snapshot"))
    )
    leaves_it = play(NAME, "as-it-was", (wrong, ("23:40", "recover from standby")))
    lost = [figures(run)["minutes_of_data_lost"] for run in (goes_on, copy_first, leaves_it)]
    assert lost == [370, 9, 30]
    assert figures(leaves_it)["minutes_below"]["database"] < 60 < figures(copy_first)["minutes_below"]["database"]
    late = play(NAME, "as-it-was", (empty, wrong, ("23:31", "recover from fresh-snapshot")))
    assert "nothing left to take it of" in says(late, 2)


def test_that_a_copy_stands_as_the_run_made_it() -> None:
    whole = play(NAME, "as-it-was", (("23:06", "try standby"),))
    emptied = play(NAME, "as-it-was", (("23:06", "remove servers db2-0001"), ("23:30", "try standby")))
    assert "it is whole" in says(whole, 0)
    assert "emptied on purpose" in says(emptied, 1)
    sooner = play(
        NAME,
        "as-it-was",
        (
            ("23:06", "remove servers db2-0001"),
            ("23:20", "remove servers db1-0001"),
            ("23:40", "recover from manual-snapshot"),
        ),
    )
    assert figures(sooner)["minutes_of_data_lost"] == 360


def test_that_a_host_that_was_wiped_is_not_simply_put_back() -> None:
    wiped = (("23:30", "remove servers db1-0001"), ("23:50", "restore all to database"))
    found = play(NAME, "as-it-was", wiped, branch="23:29")
    assert kinds(found) == ["done", "wrong"]
    assert "recover from a copy" in says(found, 1)


def test_that_what_was_done_with_the_standby_decides_what_the_slip_costs() -> None:
    slip = ("23:30", "remove servers db1-0001")
    emptied, left, copied = (
        figures(play(NAME, "as-it-was", acts, branch="23:05"))
        for acts in (
            (("23:10", "remove servers db2-0001"), slip, ("23:40", "recover from manual-snapshot")),
            (slip, ("23:40", "recover from standby")),
            (("23:06", "try fresh-snapshot"), slip, ("23:40", "recover from fresh-snapshot")),
        )
    )
    assert (emptied["minutes_of_data_lost"], left["minutes_of_data_lost"]) == (370, 30)
    assert copied["minutes_of_data_lost"] < left["minutes_of_data_lost"]
    assert left["minutes_below"]["database"] < 100 < copied["minutes_below"]["database"]
