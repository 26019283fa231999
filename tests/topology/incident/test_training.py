"""A training without a screen: acts meet the guards of an era, the model answers, and the score is by published formulae."""

import pytest

import resources
from console.operating.incidents.incidents import read_incident_named
from console.reports.debrief_page import debrief_page
from console.words.findings.table import sentence
from topology.incident.model import Incident
from topology.incident.orders.orders import order_of
from topology.incident.reading import IncidentError
from topology.incident.session.acts import Acts, read_acts
from topology.incident.session.outcome import Plain, outcome_of
from topology.incident.session.session import run_acts
from topology.incident.timeline import Timeline

TYPED = """
[[act]]
time = "09:37"
do = "remove 400 servers from billing"
"""
RECOVERY = """
[[act]]
time = "09:45"
do = "restart index"
[[act]]
time = "09:46"
do = "restart placement"
[[act]]
time = "09:50"
do = 'announce "reads and writes fail"'
[[act]]
time = "09:52"
do = 'announce "reads and writes fail" by banner'
"""


@pytest.fixture(scope="module")
def s3() -> Incident:
    return read_incident_named("s3-2017")


def acts(s3: Incident, era: str, text: str = TYPED, more: str = "") -> Acts:
    return read_acts(f'format = 1\nincident = "s3-2017"\nera = "{era}"\n{more}{text}', "acts.toml", s3)


def outcome(s3: Incident, era: str, text: str = TYPED) -> Plain:
    timeline = Timeline(s3)
    return outcome_of(timeline, run_acts(timeline, acts(s3, era, text), sentence))


def score(found: Plain, side: str = "yours") -> dict[str, object]:
    return found[side]["score"]  # type: ignore[index, no-any-return]


def test_that_our_guards_refuse_what_the_tool_of_the_day_carried_out(s3: Incident) -> None:
    ours, theirs = outcome(s3, "underkeel"), outcome(s3, "as-it-was")
    assert [act["outcome"] for act in ours["acts"]] == ["refused"]  # type: ignore[index, attr-defined]
    assert [act["outcome"] for act in theirs["acts"]] == ["done"]  # type: ignore[index, attr-defined]
    assert score(ours)["minutes_short"] == 0
    assert score(theirs)["minutes_short"] > 200  # type: ignore[operator]
    assert (score(ours)["wrong_confirmations"], score(ours)["wrong_refused"]) == (1, 1)


def test_that_the_published_times_give_what_happened(s3: Incident) -> None:
    happened = score(outcome(s3, "underkeel"), "what_happened")
    below = happened["minutes_below"]
    assert below["index"] == 219  # type: ignore[index] - 09:37 to 13:18 less what it took to fall
    assert happened["minutes_of_silence"] == 120  # 09:37 to 11:37


def test_that_placement_waits_for_index_and_the_board_for_what_it_needs(s3: Incident) -> None:
    found = outcome(s3, "as-it-was", TYPED + RECOVERY)
    says = [act["says"][0] for act in found["acts"]]  # type: ignore[index, attr-defined]
    assert "169 min of checks" in says[1]
    assert says[2] == "the restart of placement is ordered: it begins by itself as soon as index works"
    assert "cannot be updated" in says[3]
    assert says[4] == "it is told by the banner text of the board in 5 min"
    assert score(found)["minutes_of_silence"] == 20  # from the command to the banner
    other = outcome(s3, "as-it-was", (TYPED + RECOVERY).replace("by banner", "by short-messages"))
    assert score(other)["minutes_of_silence"] == 15
    nobody = outcome(s3, "as-it-was", (TYPED + RECOVERY).replace("by banner", "by carrier pigeon"))
    assert "is no channel here; there is short-messages, banner" in nobody["acts"][4]["says"][0]  # type: ignore[index]


def test_that_more_cells_bring_it_back_sooner(s3: Incident) -> None:
    back = '[[act]]\ntime = "09:44"\ndo = "restore all to billing"\n'
    slow, quick = (score(outcome(s3, era, TYPED + back + RECOVERY)) for era in ("as-it-was", "with-cells"))
    assert quick["minutes_below"]["index"] < slow["minutes_below"]["index"]  # type: ignore[index]


def test_that_the_same_seed_and_acts_give_the_same_page_byte_for_byte(s3: Incident) -> None:
    one, other = (outcome(s3, "as-it-was", TYPED + RECOVERY) for _ in range(2))
    assert debrief_page(one, s3) == debrief_page(other, s3)


def test_that_the_debrief_is_one_page_whose_points_lead_to_their_moments(s3: Incident) -> None:
    page = debrief_page(outcome(s3, "as-it-was", TYPED + RECOVERY), s3)
    assert "<script" not in page
    assert 'src="' not in page
    targets = {part.split('"')[0] for part in page.split(' id="')[1:]}
    links = {part.split('"')[0] for part in page.split('href="#')[1:]}
    assert links
    assert links <= targets


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[[act]]\ntime = "09:30"\ndo = "stop"\n', "acts stand in order, from branch to until"),
        ('[[act]]\ntime = "25:00"\ndo = "stop"\n', "25:00"),
        ('[[act]]\ntime = "10:00"\n', "is missing; write what is typed"),
        ("sed = 4\n", "is not known here"),
    ],
)
def test_that_acts_that_are_wrong_are_named_with_their_place(s3: Incident, more: str, said: str) -> None:
    with pytest.raises(IncidentError) as raised:
        read_acts(f'format = 1\nincident = "s3-2017"\n{more}', "acts.toml", s3)
    assert any(said in problem and problem.startswith("acts.toml: ") for problem in raised.value.problems)


@pytest.mark.parametrize(
    "text", ["inject", "inject fail 0 from index", "inject lose az9", "restart nowhere", "announce x"]
)
def test_that_an_order_that_is_wrong_says_what_to_write(s3: Incident, text: str) -> None:
    with pytest.raises(ValueError, match=r"write|no subsystem|not a subsystem|no zone"):
        order_of(text, s3.region)


def test_that_incidents_have_no_way_to_a_link() -> None:
    folder = resources.path("incidents").parent.parent / "topology" / "incident"
    for path in folder.glob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert not [line for line in lines if line.startswith(("from topology.links", "import topology.links"))], (
            path.name
        )
