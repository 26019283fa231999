"""Fair scores: what cannot be made good stands apart, no check that was not made is a pass, and doing nothing is not perfect."""

from typing import Any

import pytest

from tests.topology.incident.incident_files import HEAD, LOSS, RETURN, STORY, event, incident_of
from tests.topology.incident.playing import figures, play
from tests.topology.incident.test_going_on import COPY, run
from topology.incident.reading import IncidentError
from topology.incident.session.debrief import score_rows
from topology.incident.session.outcome import outcome_of
from topology.incident.session.score import score_of
from topology.incident.timeline import Timeline

S3 = "s3-2017"
SLIP = ("09:37", "remove 402 servers from billing where name = billing-0*")
DECISION = (
    '[[decision]]\nname = "the-loss"\ntime = "09:50"\nsituation = "It is."\nobjectives = ["Take two"]\n'
    'what_happened = "It was."\n'
    'source = "model"\nconfidence = "NP"\nillustrative = true\n'
)
RULE = '[[objective]]\ndecision = "the-loss"\ntext = "Take two"\n'
RULE += 'acts = ["remove * from web"]\nservers_least = 2\nservers_most = 2\n'


def verdicts(outcome: dict[str, Any]) -> dict[str, str]:
    return {one["text"]: one["verdict"] for one in outcome["yours"]["objectives"]}


def test_that_doing_nothing_and_doing_twelve_times_too_much_miss_the_ticket() -> None:
    ticket = "Take a few servers out of billing"
    for acts, wanted in (
        ((), "missed"),
        ((("09:37", "remove 48 servers from billing"),), "missed"),
        ((("09:37", "remove 4 servers from billing"),), "met"),
    ):
        found = verdicts(play(S3, "underkeel", acts))
        assert found[ticket] == wanted
        assert found["Leave every subsystem above its floor"] == "met"


def test_that_what_was_not_judged_is_never_a_pass() -> None:
    found = verdicts(play(S3, "underkeel", ()))
    assert found["Look at what else these servers carry before you confirm"] == "not judged"
    assert found["Restart index, then placement"] == "not judged"  # it did not come to that
    later = verdicts(play(S3, "underkeel", (), branch="09:45"))
    assert set(later.values()) == {"not judged"}


def test_that_a_floor_broken_by_an_own_command_stands_apart_and_a_refused_one_does_not() -> None:
    theirs, ours = (figures(play(S3, era, (SLIP,))) for era in ("as-it-was", "underkeel"))
    assert (theirs["catastrophes"], ours["catastrophes"]) == (1, 0)
    assert "billing, placement, index below the floor" in theirs["catastrophic"][0]
    rows = score_rows(play(S3, "as-it-was", (SLIP,)))
    assert rows[0][0].startswith("Catastrophic")


def test_that_data_that_is_gone_for_good_is_worse_than_data_of_some_hours() -> None:
    text = HEAD + LOSS.replace('pool = "shared"', 'subsystem = "database"') + COPY
    never = run(text, "as-it-was", branch="10:01")
    late = run(text, "as-it-was", ("10:10", "recover from snapshot"), branch="10:01")
    scores = [score_of(one.course, (), {"database"}) for one in (never, late)]
    assert [one.all_data_lost for one in scores] == [True, False]
    assert [one.minutes_of_data_lost for one in scores] == [None, 360]
    assert all(one.catastrophes for one in scores)
    shown = {row[0]: row[2] for row in score_rows(outcome_of(Timeline(never_incident(text)), never))}
    assert shown["Minutes of data lost"] == "all of it"


def never_incident(text: str) -> Any:
    return incident_of(text)


def test_that_a_little_for_long_weighs_less_than_everything_for_a_while() -> None:
    zone = play("azure-2014", "as-it-was", (("16:51", "approve enable-change for 12 in west-us"),))
    back = (("16:59", "approve rollback"), ("17:02", "restart blob"))
    whole = play("azure-2014", "as-it-was", (("16:51", "approve enable-change"), *back))
    assert figures(zone)["minutes_short"] > 10 * figures(whole)["minutes_short"]
    assert figures(zone)["shortfall"] < figures(whole)["shortfall"]


def test_that_reads_and_writes_are_counted_apart() -> None:
    then = play(S3, "underkeel", ())["what_happened"]["score"]["minutes_without"]
    assert then == {"reads": 169.0, "writes": 257.0}  # 09:37 to 12:26, and to 13:54
    acts = (SLIP, ("09:37:30", "undo"), ("09:38", "restart index"), ("09:38", "restart placement"))
    yours = figures(play(S3, "as-it-was", acts))["minutes_without"]
    assert yours["reads"] < yours["writes"] < 257


def test_that_who_notices_is_counted_from_the_command_that_began_it() -> None:
    then = play("google-2014", "underkeel", ())["what_happened"]["score"]
    assert then["minutes_to_notice"] == 32


def test_that_what_nobody_published_is_unknown_and_the_same_act_is_wrong_for_both() -> None:
    found = play("kinesis-2020", "as-it-was", (("02:44", "approve add-capacity"),))
    rows = {row[0]: row[2:] for row in score_rows(found)}
    assert rows["Minutes of status silence"][1] == "unknown"
    assert rows["Wrong confirmations"] == ("1", "1")


def test_that_a_published_figure_stands_in_the_place_of_a_counted_one_with_its_source() -> None:
    text = (
        STORY
        + '[[published]]\nfigure = "minutes_short"\nminutes = 77\nsource = "report"\nconfidence = "P"\nillustrative = false\n'
    )
    found: Any = outcome_of(Timeline(incident_of(text)), run(text, "as-it-was"))
    assert found["what_happened"]["score"]["minutes_short"] == 77
    assert found["what_happened"]["sources"] == {"minutes_short": "report, P"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (RULE.replace("the-loss", "the-los"), "which is no [[decision]] here"),
        (RULE.replace("remove *", "remov *"), "which no act can be"),
        (RULE.replace('acts = ["remove * from web"]\nservers_least = 2\nservers_most = 2\n', ""), "a rule has acts"),
        (RULE + "acts_most = 3\n", "servers or acts, not both"),
        (RULE + 'figure = "minutes_shot"\nat_most = 0\n', "which is no figure of the score"),
        (RULE + 'figure = "minutes_below:wob"\nat_most = 0\n', "which is no figure of the score"),
        (RULE + 'figure = "minutes_short"\n', "at_most is missing"),
        ('[[figure]]\nname = "reads"\ntitle = "reads"\nsubsystem = "wob"\n', "which is not a subsystem"),
        ('[[published]]\nfigure = "minutes_short"\n', "or unknown = true"),
    ],
)
def test_that_a_rule_that_is_wrong_is_named_with_its_place(more: str, said: str) -> None:
    assert incident_of(STORY + DECISION + RULE).objectives
    with pytest.raises(IncidentError) as raised:
        incident_of(STORY + DECISION + more)
    assert any(said in problem for problem in raised.value.problems), raised.value.problems


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (STORY.replace('lessons = ["FLOOR"]', 'lessons = ["BANANA"]'), "which is no lesson; there are BLAST"),
        (STORY.replace("guards = []", 'guards = ["florr"]'), "which refuses nothing"),
        (STORY + '[[proposal]]\nname = "x"\ntitle = "X"\ntext = "x"\nrefused_by = "flooor"\nrefusal = "no"\nsource = "model"\n'
         'confidence = "NP"\nillustrative = true\n', "which refuses nothing"),
        (HEAD + event("10:00", 'command = "approve nonexistent"\n'), "no change that waits"),
        (HEAD + event("10:00", 'command = "remoev 3 from web"\n'), "is no command"),
        (HEAD + RETURN.replace("[[event]]", '[[event]]\ncommand = "remove"', 1), "is no command"),
    ],
)  # fmt: skip
def test_that_a_misspelt_guard_command_or_lesson_is_an_error(text: str, said: str) -> None:
    with pytest.raises(IncidentError) as raised:
        incident_of(text)
    assert any(said in problem for problem in raised.value.problems), raised.value.problems
