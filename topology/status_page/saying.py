"""What a command says to those outside, as steps of a board."""

from collections.abc import Callable
from datetime import datetime

from topology.command.grammar.page_commands import (
    AnnounceMaintenance,
    AnnounceTrouble,
    AnnounceUpdate,
    EndOverride,
    OverrideService,
    PageCommand,
)
from topology.status_page.board import AnnouncingError, StatusBoard
from topology.status_page.values import AnnouncementStatus, AnyPageStep, ServiceState


def steps_of(board: StatusBoard, command: PageCommand, now: float, token: Callable[[], str]) -> tuple[AnyPageStep, ...]:
    """Give the steps; the board hears of them only when it is told.

    Raises:
        AnnouncingError: it cannot be said.
    """
    match command:
        case AnnounceTrouble():
            status = AnnouncementStatus(command.status)
            return (board.announce(command.title, command.services, status, now, token),)
        case AnnounceMaintenance():
            window = (_moment(command.starts), _moment(command.ends))
            scheduled = AnnouncementStatus.SCHEDULED
            return (board.announce(command.title, command.services, scheduled, now, token, window),)
        case AnnounceUpdate():
            further = None if command.status is None else AnnouncementStatus(command.status)
            return (board.update(command.number, command.text, further, now),)
        case OverrideService():
            state = ServiceState(command.state)
            return board.override(command.service, state, command.minutes * 60.0, command.because, now)
        case EndOverride():
            return board.release(command.service, now)
        case _:
            raise AnnouncingError(f"{command} says nothing to those outside")


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
