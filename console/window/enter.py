"""What Enter does with a command, one entry for each kind of command; one without an entry is planned, or does nothing."""

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import SignalInstance

from topology.command.grammar.adoption import Adopt
from topology.command.grammar.alarm_commands import AcknowledgeAlarm, AlarmCommand, ShelveAlarm, UnshelveAlarm
from topology.command.grammar.page_commands import (
    AnnounceMaintenance,
    AnnounceTrouble,
    AnnounceUpdate,
    EndOverride,
    OverrideService,
    PageCommand,
    PublishPage,
)
from topology.command.grammar.syntax import (
    Command,
    Control,
    Decline,
    Explain,
    Headroom,
    Help,
    Run,
    Show,
    StopOf,
    TakeOver,
    Undo,
    Withdraw,
)


class EnterTarget(Protocol):
    """What an entry may do: the workspace, as far as Enter is concerned."""

    @property
    def shown(self) -> SignalInstance:
        """Name of a subsystem to bring into view."""

    @property
    def help_wanted(self) -> SignalInstance:
        """A verb to explain, or empty for all of it."""

    def answer(self, command: Headroom | Explain | Adopt) -> None:
        """Answer a question."""

    def control(self, verb: str) -> None:
        """Stop, pause, resume or acknowledge, at once."""

    @property
    def to_alarms(self) -> Callable[[AlarmCommand], None]:
        """Sees alarms, shelves them or takes them up again."""

    @property
    def to_page(self) -> Callable[[PageCommand | PublishPage], None]:
        """Says how an announcement is confirmed, and publishes again."""

    def go_on(self, run: Run) -> None:
        """Do the next step of a run."""

    def decide(self, command: Decline | Withdraw | TakeOver | StopOf) -> None:
        """Decline, withdraw, take over, or stop another's execution, at once."""

    def undoes_running(self, command: Undo) -> bool:
        """Whether it would give back what is being taken right now."""


Effect = Callable[[EnterTarget, Any], bool]
"""Does what Enter means for a command, and gives whether that was all; where it was not, its plan is what counts."""


def _control(workspace: EnterTarget, command: Control) -> bool:
    workspace.control(command.verb)
    return True


def _alarms(workspace: EnterTarget, command: AlarmCommand) -> bool:
    workspace.to_alarms(command)
    return True


def _page(workspace: EnterTarget, command: PageCommand | PublishPage) -> bool:
    workspace.to_page(command)
    return True


def _answer(workspace: EnterTarget, command: Headroom | Explain | Adopt) -> bool:
    workspace.answer(command)
    return True


def _show(workspace: EnterTarget, command: Show) -> bool:
    workspace.shown.emit(command.subsystem)
    return True


def _help(workspace: EnterTarget, command: Help) -> bool:
    workspace.help_wanted.emit(command.verb or "")
    return True


def _run(workspace: EnterTarget, command: Run) -> bool:
    workspace.go_on(command)
    return True


def _undo(workspace: EnterTarget, command: Undo) -> bool:
    """Stop what is running: the plan of an undo is made of what has left, and should not change while it is looked at."""
    if not workspace.undoes_running(command):
        return False
    workspace.control("stop")
    return True


def _decide(workspace: EnterTarget, command: Decline | Withdraw | TakeOver | StopOf) -> bool:
    workspace.decide(command)
    return True


ENTER: dict[type[Command], Effect] = {
    Control: _control,
    Headroom: _answer,
    Explain: _answer,
    Adopt: _answer,
    Show: _show,
    Help: _help,
    Run: _run,
    AcknowledgeAlarm: _alarms,
    ShelveAlarm: _alarms,
    UnshelveAlarm: _alarms,
    **dict.fromkeys(
        (AnnounceTrouble, AnnounceMaintenance, AnnounceUpdate, EndOverride, OverrideService, PublishPage), _page
    ),
    Undo: _undo,
    Decline: _decide,
    Withdraw: _decide,
    TakeOver: _decide,
    StopOf: _decide,
}


def enter(workspace: EnterTarget, command: Command) -> bool:
    """Do what Enter means for *command*; gives whether that was all there is to do."""
    effect = ENTER.get(type(command))
    return effect is not None and effect(workspace, command)
