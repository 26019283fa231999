"""Azure Storage, 18 and 19 November 2014: slices that are enforced, another class of server, and a rollback that is no undo."""

from tests.topology.incident.playing import bundled, check_that_it_is_sound, facts, figures, kinds, play, says
from topology.incident.timeline import Timeline

NAME = "azure-2014"
EVERYWHERE = ("16:51", "approve enable-change")
BACK = (
    ("17:10", "approve rollback"),
    ("17:11", "restart blob"),
    ("17:12", 'announce "storage is down" by social-media'),
)


def test_that_it_plays_to_the_end_in_both_eras_and_gives_the_same_bytes() -> None:
    check_that_it_is_sound(NAME, (EVERYWHERE, *BACK))


def test_that_what_was_published_is_told_with_its_source() -> None:
    assert facts(NAME) == {
        ("2014-11-19T00:51:00Z", "press", "S"),
        ("2014-11-19T00:51:00Z", "final", "Q"),
        ("2014-11-19T11:45:00Z", "press", "S"),
        ("2014-11-22T20:41:00Z", "update", "P"),
    }
    assert len(bundled(NAME).region.zones) == 12


def test_that_everything_stands_again_at_the_end_of_the_account() -> None:
    incident = bundled(NAME)
    last = Timeline(incident).at(incident.ends)
    assert {standing.verdict for standing in last.standings} == {"holds"}


def test_that_slices_are_a_wish_then_and_enforced_now() -> None:
    theirs, ours = (play(NAME, era, (EVERYWHERE,)) for era in ("as-it-was", "underkeel"))
    assert (kinds(theirs), kinds(ours)) == (["done"], ["refused"])
    assert "approve it in one place" in says(ours, 0)
    assert figures(theirs)["peak_shortfall"]["blob"] == 192
    assert figures(ours)["minutes_short"] == 0


def test_that_a_region_at_once_breaks_its_floor_and_a_slice_of_it_does_not() -> None:
    region, slice_ = ("16:51", "approve enable-change in west-us"), ("16:51", "approve enable-change for 4 in west-us")
    theirs, ours = (play(NAME, era, (region,)) for era in ("as-it-was", "underkeel"))
    assert figures(theirs)["minutes_below"]["blob"] > 0
    assert kinds(ours) == ["refused"]
    assert "it covers 20 of table, 20 of blob" in says(
        play(NAME, "underkeel", (("16:51", "check enable-change in west-us"),)), 0
    )
    few = play(NAME, "underkeel", (slice_,))
    assert (kinds(few), figures(few)["minutes_short"]) == (["done"], 0)
    assert min(point[1] for point in few["yours"]["headroom"]["blob"]) == 48 - 2  # two of the four are blob front-ends
    assert figures(play(NAME, "as-it-was", (("16:51", "approve enable-table"),)))["minutes_short"] == 0


def test_that_a_rollback_alone_brings_nothing_back() -> None:
    alone = play(NAME, "as-it-was", BACK[:1], branch="17:05")
    whole = play(NAME, "as-it-was", BACK, branch="17:05")
    assert figures(whole)["minutes_below"]["blob"] < figures(alone)["minutes_below"]["blob"]
    assert figures(whole)["minutes_of_silence"] == 7
    assert figures(alone)["minutes_of_silence"] > 1000


def test_that_a_restart_before_the_rollback_is_for_nothing() -> None:
    without = play(NAME, "as-it-was", (("17:06", "restart blob"),), branch="17:05")
    rolled_back = play(NAME, "as-it-was", BACK[:2], branch="17:05")
    after_theirs = play(NAME, "as-it-was", (), branch="17:50")
    assert "the restart was for nothing" in says(without, 0)
    assert figures(without)["minutes_below"]["blob"] > 5000
    assert figures(rolled_back)["minutes_below"]["blob"] < 400
    assert figures(after_theirs)["minutes_below"]["blob"] < 1000


def test_that_a_slice_that_stopped_is_rolled_back_and_restarted_alone() -> None:
    slice_ = ("16:51", "approve enable-change in central-us")
    left = play(NAME, "as-it-was", (slice_,))
    mended = play(NAME, "as-it-was", (slice_, ("17:10", "approve rollback"), ("17:15", "restart blob in central-us")))
    assert kinds(mended) == ["done", "done", "done"]
    assert "20 servers of blob that stopped" in says(mended, 2)
    assert figures(mended)["minutes_below"]["blob"] < 60 < figures(left)["minutes_below"]["blob"]
    # Nothing else leaves for it.
    assert min(units for _, units in mended["yours"]["headroom"]["blob"]) == 48 - 20


def test_that_ours_never_reaches_both_regions_of_a_pair_within_the_hour() -> None:
    west, east, other, later = (
        (time, f"approve enable-change for 2 in {place}")
        for time, place in (("16:51", "west-us"), ("16:52", "east-us"), ("16:53", "japan-east"), ("17:52", "east-us"))
    )
    found = play(NAME, "underkeel", (west, east, other, later))
    assert kinds(found) == ["done", "refused", "done", "done"]
    assert "east-us and west-us stand in for each other" in says(found, 1)
    assert kinds(play(NAME, "as-it-was", (west, east))) == ["done", "done"]  # a policy that the tool did not enforce
    assert "stand in for each other" in says(play(NAME, "underkeel", (("16:51", "approve enable-change by zone"),)), 0)


def test_that_a_restart_is_quicker_at_a_rate_that_storage_bears_and_no_quicker_beyond() -> None:
    careful, quick, rash = (
        play(NAME, "as-it-was", (*BACK[:1], ("17:15", f"restart blob{rate}")), branch="17:05")
        for rate in ("", " at 3/min", " at 5/min")
    )
    minutes = [figures(run)["minutes_below"]["blob"] for run in (quick, careful, rash)]
    assert minutes[0] + 100 < minutes[1] <= minutes[2]
    assert any("the load puts front-ends out again" in one["text"] for one in rash["yours"]["told"])
    assert kinds(play(NAME, "underkeel", (("17:07", "restart blob at 10/min"),), branch="17:05")) == ["refused"]
