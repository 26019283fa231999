"""In a training the console's own page works while the board of the day does not, and ends the silence when it is used."""

import pytest

from console.operating.incidents.incidents import read_incident_named
from topology.incident.branch.branch import Branch
from topology.incident.model import UNDERKEEL
from topology.incident.orders.orders import is_order
from topology.incident.session.acts import Acts, TypedAct
from topology.incident.session.score import score_of
from topology.incident.session.session import TrainingSession, run_acts
from topology.incident.timeline import Timeline
from topology.status_page.values import ServiceState

INCIDENT = read_incident_named("s3-2017")
TIMELINE = Timeline(INCIDENT)
LATER = INCIDENT.starts + 1800.0
SAYS = 'announce "Elevated errors" for s3 status investigating'


def silence(*texts: str) -> float:
    acts = tuple(TypedAct(LATER + number, text) for number, text in enumerate(texts))
    run = run_acts(TIMELINE, Acts(LATER, INCIDENT.ends, UNDERKEEL, INCIDENT.seed, acts))
    assert all(answer.kind == "done" for answer in run.answers), run.answers
    return score_of(run.course).minutes_of_silence


def session() -> TrainingSession:
    states = TIMELINE.states_at(LATER)
    return TrainingSession(Branch(INCIDENT, states, LATER, UNDERKEEL, INCIDENT.seed))


def test_that_an_announcement_on_the_page_ends_the_silence_that_the_board_of_the_day_could_not() -> None:
    without = silence("notice")
    assert without > 60
    assert silence(SAYS) < 1


def test_that_an_announcement_by_the_board_of_the_day_is_still_refused_while_it_is_down() -> None:
    answer = session().act(TypedAct(LATER, 'announce "down"'))
    assert answer.kind == "wrong"
    assert "cannot be updated" in answer.sentences[0]


def test_that_maintenance_and_the_end_of_an_override_tell_customers_nothing_of_the_trouble() -> None:
    window = "from 2017-03-01T10:00Z until 2017-03-01T12:00Z"
    assert silence(f'announce maintenance "Moving disks" for s3 {window}') == silence("notice")


def test_that_the_page_of_the_run_shows_what_is_so_and_what_was_said() -> None:
    one = session()
    one.act(TypedAct(LATER, SAYS))
    one.act(TypedAct(LATER + 60, 'announce update 1 "The cause is known." status identified'))
    page = one.page.page("s3", LATER + 60)
    assert page.services[0].reading.state is ServiceState.UNAVAILABLE
    assert [update.status for update in page.open[0].updates] == ["investigating", "identified"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (SAYS, False),
        ('announce "say \\"it\\"" for s3 status resolved', False),
        ('announce update 1 "x"', False),
        ("override s3 end", False),
        ('announce "down"', True),
        ('announce "down for s3" by banner', True),
        ('override "these left"', True),
        ("restart index", True),
    ],
)
def test_that_orders_of_a_training_and_announcements_on_the_page_are_told_apart(text: str, wanted: bool) -> None:
    assert is_order(text) is wanted


def test_that_an_announcement_that_cannot_be_made_is_wrong_and_says_why() -> None:
    answer = session().act(TypedAct(LATER, 'announce update 7 "x"'))
    assert answer.kind == "wrong"
    assert "there is no announcement 7" in answer.sentences[0]
