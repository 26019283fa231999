"""The band of others' executions and the page of operators: what they say, and what their buttons ask for."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from console.kit.parts import Button
from console.kit.theme import load_theme
from console.operating.colleagues.gathering import Colleague, Gathering, KnownRequest, OtherExecution
from console.panels.colleagues.band import OthersBand
from console.panels.colleagues.page import OperatorsPage
from topology.approval.envelope import ScopeEffect, envelope_of
from topology.approval.request import ApprovalDecision, ApprovalRequest, ApprovalState, ApprovalWord

RUNNING = OtherExecution("e1", "op2", "remove 44 servers from billing in az2", 44, 15, 3, 12)
REQUEST = ApprovalRequest(
    "op1",
    "remove 6 servers from billing",
    "d",
    "the rack burns",
    envelope_of(6, [ScopeEffect("billing", "region", 6, 3)]),
    ("share", "frozen"),
    ("frozen",),
    number=12,
)


@pytest.fixture
def band(qtbot: QtBot) -> OthersBand:
    band = OthersBand(load_theme("day"))
    qtbot.addWidget(band)
    return band


def page_of(qtbot: QtBot, operator: str = "op2") -> OperatorsPage:
    page = OperatorsPage(load_theme("night"), operator)
    qtbot.addWidget(page)
    return page


def test_that_the_band_takes_no_room_while_nobody_carries_anything_out(band: OthersBand) -> None:
    band.show_gathering(Gathering())
    assert band.isHidden()


def test_that_the_band_says_whose_what_and_how_far_and_stops_that_one(band: OthersBand, qtbot: QtBot) -> None:
    band.show_gathering(Gathering(executions=(RUNNING, replace(RUNNING, execution="e2", operator="op3"))))
    first, second = band.rows()
    assert first.title.text() == "op2: remove 44 servers from billing in az2"
    assert first.counts.text() == "wave 3 · 15 of 44 sent · 29 to go"
    assert first.button.text() == "STOP op2's  Esc Esc"
    with qtbot.waitSignal(band.stop) as stopped:
        second.button.click()
    assert [str(one) for one in stopped.args] == ["stop 12"]
    band.show_gathering(Gathering(executions=(replace(RUNNING, entry=None),)), own_runs=True)
    assert band.rows()[0].button.text() == "STOP op2's"
    with qtbot.waitSignal(band.stop) as stopped:
        band.rows()[0].button.click()
    assert [str(one) for one in stopped.args] == ["stop of op2"]


def test_that_the_band_says_what_drains_and_when_it_is_about_to_be_done(band: OthersBand) -> None:
    band.show_gathering(Gathering(executions=(replace(RUNNING, draining=3, done_about="14:11"),)))
    assert band.rows()[0].counts.text() == "wave 3 · 15 of 44 sent · 3 draining · 29 to go · done about 14:11"


def test_that_a_long_command_leaves_room_for_how_far_it_is(band: OthersBand) -> None:
    long = 'remove 400 servers from customer-identity-and-access-management.token-issuer-v3 because "ticket 4711"'
    band.resize(960, 60)
    band.show_gathering(Gathering(executions=(replace(RUNNING, command=long),)))
    band.show()
    [row] = band.rows()
    assert row.counts.width() >= row.counts.natural_width()
    assert row.title.width() > 200


def test_that_what_a_console_left_can_be_taken_over_by_name(band: OthersBand, qtbot: QtBot) -> None:
    band.show_gathering(Gathering(executions=(replace(RUNNING, carried_out=False),)))
    row = band.rows()[0]
    assert row.counts.text().endswith("its console is gone")
    with qtbot.waitSignal(band.command) as typed:
        row.button.click()
    assert typed.args == ["take-over 12"]


def test_that_more_than_fit_are_counted(band: OthersBand) -> None:
    band.show_gathering(Gathering(executions=tuple(replace(RUNNING, execution=f"e{at}") for at in range(5))))
    assert len(band.rows()) == 3
    assert band.more.text() == "And 2 more, Esc Esc stops all 5"
    band.show_gathering(Gathering(executions=(RUNNING, replace(RUNNING, execution="e2"))))
    assert band.more.text() == "Esc Esc stops all 2"
    band.show_gathering(Gathering(executions=(RUNNING, replace(RUNNING, execution="e2"))), own_runs=True)
    assert band.more.isHidden(), "then they stop what runs here"


def test_that_the_page_names_who_is_here_and_what_they_preview(qtbot: QtBot) -> None:
    page = page_of(qtbot)
    here = Colleague("s1", "op2", "h1", is_here=True)
    other = Colleague("s2", "op1", "h2", "remove 6 servers from billing", 6, ("billing",))
    page.show_gathering(Gathering((other, here)))
    assert "op2 (this console)" in page.lines()
    assert "op1 at h2 previews 6 servers of billing: remove 6 servers from billing" in page.lines()


def test_that_a_request_is_shown_with_its_reason_and_offered_to_whom_it_concerns(qtbot: QtBot) -> None:
    known = KnownRequest(REQUEST, ApprovalState.ASKED)
    page = page_of(qtbot)
    page.show_gathering(Gathering(requests=(known,)))
    sentence = (
        'op1 asks for approval 12: remove 6 servers from billing because "the rack burns" '
        "(6 servers; its share of a scope, frozen; it would lift frozen)."
    )
    assert sentence in page.lines()
    with qtbot.waitSignal(page.command) as typed:
        _button(page, "Look at it …").click()
    assert typed.args == ["approve 12"]
    own = page_of(qtbot, "op1")
    own.show_gathering(Gathering(requests=(known,)))
    with qtbot.waitSignal(own.command) as typed:
        _button(own, "Withdraw").click()
    assert typed.args == ["withdraw 12"]


def test_that_what_became_of_a_request_stays_on_the_page(qtbot: QtBot) -> None:
    declined = replace(REQUEST, decisions=(ApprovalDecision("op2", ApprovalWord.DECLINE, "after the backup"),))
    page = page_of(qtbot)
    page.show_gathering(Gathering(requests=(KnownRequest(declined, ApprovalState.DECLINED),)))
    assert "op2 declined request 12 (remove 6 servers from billing): after the backup." in page.lines()


def _button(page: OperatorsPage, label: str) -> Button:
    return next(one for one in page.findChildren(Button) if one.text() == label)
