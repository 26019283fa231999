"""Keeps the status page of one console: judges services each second, does what operators say, writes it down, has it published."""

import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace

from console.operating.status_page.entries import said_in
from topology.command.grammar.page_commands import PageCommand
from topology.execution.journal_entries import Entry
from topology.fleet.state import State
from topology.region.public.policy import StatusPagePolicy
from topology.region.region import Region
from topology.status_page.board import StatusBoard
from topology.status_page.page import PublicPage
from topology.status_page.saying import steps_of
from topology.status_page.services import ServiceParts, readings_of_services, services_of
from topology.status_page.values import AnyPageStep

Keep = Callable[[Sequence[AnyPageStep], str], Awaitable[None]]
"""Writes steps into the journal; the text is the command that made them, empty where the region did.

It raises a `JournalError` where nothing is written.
"""


class PageKeeper:
    """Holds the board of a region's page; the *clock* is the one that readers of the page have."""

    def __init__(self, region: Region, keep: Keep, clock: Callable[[], float], *, simulated: bool = False) -> None:
        self._is_simulated = simulated
        self.policy = policy = self._policy_of(region)
        self._region = region
        self._services: tuple[ServiceParts, ...] = services_of(region)
        self._keep = keep
        self._clock = clock
        self._token = secrets.token_hex(4)
        self.board = StatusBoard(policy, (service.name for service in self._services))

    def page(self) -> PublicPage:
        """Give the page as it is at this moment."""
        return self.board.page(self._region.name, self._clock(), self._token)

    def follow(self, region: Region) -> None:
        """Take in a region whose description or roster is another one."""
        self._region, self._services = region, services_of(region)
        self.policy = self.board.policy = self._policy_of(region)
        self.board.services = tuple(service.name for service in self._services)

    def _policy_of(self, region: Region) -> StatusPagePolicy:
        policy = region.status_page or StatusPagePolicy(region.title or region.name)
        return replace(policy, title=f"SIMULATION, nothing real: {policy.title}") if self._is_simulated else policy

    def reads(self, region: Region) -> bool:
        """Whether services were taken from just this region: positions are those of one roster."""
        return region is self._region

    def judge(self, state: State) -> tuple[AnyPageStep, ...]:
        """Take in how services are; gives what the page says otherwise by it, which is to be written down."""
        return self.board.judge(readings_of_services(state, self._services), self._clock())

    def begin(self, steps: Iterable[AnyPageStep]) -> None:
        """Take in the steps of earlier sessions."""
        self.board.hear(steps)

    def unknown_of(self, entry: Entry) -> tuple[AnyPageStep, ...]:
        """Give what an entry says that was not heard yet."""
        return tuple(step for step in said_in((entry,)) if not self.board.knows(step))

    def hear(self, entries: Iterable[Entry]) -> bool:
        """Take in what operators said, at this console or another; gives whether there was anything new."""
        return self.board.hear(said_in(entries))

    def previewed(self, command: PageCommand) -> tuple[PublicPage, tuple[AnyPageStep, ...]]:
        """Give the page as it would be, and the steps that lead there; nothing is done.

        Raises:
            AnnouncingError: it cannot be said.
        """
        steps = steps_of(self.board, command, self._clock(), _token)
        board = self.board.copy()
        board.hear(steps)
        return board.page(self._region.name, self._clock(), self._token), steps

    async def act(self, command: PageCommand) -> None:
        """Say it: written into the journal first, then on the page.

        Raises:
            AnnouncingError: it cannot be said (any more).
            JournalError: it could not be written, and is not said.
        """
        steps = steps_of(self.board, command, self._clock(), _token)
        await self._keep(steps, str(command))
        self.board.hear(steps)


def _token() -> str:
    return secrets.token_hex(4)
