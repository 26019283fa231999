"""The slips of the typed command are looked at after the preview, in slices, and never shown for another plan."""

import numpy as np
import pytest
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.kit.overrides import reported
from console.operating.regions import address_of, read_address
from console.window.slip_survey import SlipSurvey
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import Vocabulary, vocabulary_of
from topology.command.parse import parse
from topology.command.slips.keyboards import QWERTY
from topology.fleet.batches import EventBatch
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.planning.plan import Plan
from topology.planning.preview import preview


@pytest.fixture
def state() -> State:
    region = read_address(address_of(None))
    return State(region, Fleet(region))


@pytest.fixture
def survey(qtbot: QtBot) -> SlipSurvey:
    return SlipSurvey(QWERTY)


def begin(survey: SlipSurvey, state: State, text: str) -> Plan:
    vocabulary: Vocabulary = vocabulary_of(state)
    reading = parse(text, vocabulary)
    assert isinstance(reading.command, Planned)
    plan = preview(state, reading.command)
    survey.begin(state, plan, reading.command, reading, vocabulary)
    return plan


def test_that_what_is_one_slip_away_is_found(qtbot: QtBot, survey: SlipSurvey, state: State) -> None:
    with qtbot.waitSignal(survey.found, check_params_cb=lambda found: found is not None) as heard:
        begin(survey, state, "remove 40 servers from billing")
    found = heard.args[0]
    assert found.count > found.breaking > 0
    assert found.worst
    assert all(one.breaks for one in found.worst)


def test_that_another_command_ends_the_survey_of_the_one_before(qtbot: QtBot, survey: SlipSurvey, state: State) -> None:
    heard = []
    survey.found.connect(heard.append)
    begin(survey, state, "remove 40 servers from billing")
    with qtbot.waitSignal(survey.found, check_params_cb=lambda found: found is not None):
        begin(survey, state, "remove 400 servers from billing")
    known = [found for found in heard if found is not None]
    assert len(known) == 1
    assert known[0].looks_like is not None


def test_that_no_plan_has_no_slips(qtbot: QtBot, survey: SlipSurvey, state: State) -> None:
    begin(survey, state, "remove 40 servers from billing")
    with qtbot.waitSignal(survey.found) as heard:
        survey.begin(state, None, None, parse("", Vocabulary()), Vocabulary())
    assert heard.args == [None]
    assert not survey.is_under_way


def test_that_a_region_that_moved_on_leaves_nothing_outdated_on_show(
    qtbot: QtBot, survey: SlipSurvey, state: State
) -> None:
    begin(survey, state, "remove 40 servers from billing")
    assert survey._steps is not None
    next(survey._steps)
    batch = EventBatch(state.revision + 1, 1.0, np.array([0], np.int32), np.array([4], np.uint8))
    with qtbot.assertNotEmitted(survey.found):
        state.fleet.apply(batch)
        state.revision += 1
        survey._go_on()
    with qtbot.waitSignal(survey.found, check_params_cb=lambda found: found is not None):
        begin(survey, state, "remove 40 servers from billing")


def test_that_a_key_holds_the_survey_and_the_same_plan_goes_on_with_it(
    qtbot: QtBot, survey: SlipSurvey, state: State
) -> None:
    begin(survey, state, "remove 40 servers from billing")
    steps = survey._steps
    survey.hold()
    assert not survey.is_under_way
    with qtbot.waitSignal(survey.found, check_params_cb=lambda found: found is not None):
        begin(survey, state, "remove 40 servers from billing")
        assert survey._steps is steps
        assert survey.is_under_way


class Side(QWidget):
    """Stands for the plan on show: notes at each painting whether the survey waits only for that, or its time runs already."""

    def __init__(self, survey: SlipSurvey) -> None:
        super().__init__()
        self.survey = survey
        self.runs: list[bool] = []

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt calls it
        self.runs.append(self.survey._timer.isActive())


def test_that_the_time_to_the_survey_runs_from_when_the_plan_is_painted(
    qtbot: QtBot, survey: SlipSurvey, state: State
) -> None:
    side = Side(survey)
    qtbot.addWidget(side)
    with qtbot.waitExposed(side):
        side.show()
    qtbot.waitUntil(lambda: bool(side.runs))
    for count in (40, 41):
        side.runs.clear()
        with qtbot.waitSignal(survey.found, check_params_cb=lambda found: found is not None):
            begin(survey, state, f"remove {count} servers from billing")
            side.update()
        assert side.runs[0] is False
