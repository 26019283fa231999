"""An announcement as the public will see it, for the operator who is about to make it."""

from console.words import writing as words
from console.words.public import status_page as said
from topology.command.grammar.page_commands import EndOverride, OverrideService, PageCommand
from topology.planning.answers import Section, TitledAnswer
from topology.status_page.page import PublicPage
from topology.status_page.values import Announcement

TITLE = "As the public will see it"


def preview_answer(page: PublicPage, command: PageCommand, targets: tuple[str, ...]) -> TitledAnswer:
    """Show the page as it would be after a command: what it says first, then how services stand on it."""
    sections = [_services(page)]
    if not isinstance(command, OverrideService | EndOverride) and page.announcements:
        # What was said last is what this command says.
        newest = max(page.announcements, key=lambda one: (one.updates[-1].time, one.number))
        sections.insert(0, _announcement(page, newest))
    return TitledAnswer(TITLE, tuple(sections), (_goes_to(targets),))


def cannot_be_said(why: str) -> TitledAnswer:
    """Say why nothing would be said."""
    return TitledAnswer(TITLE, (), (f"This cannot be said: {why}.",))


def _goes_to(targets: tuple[str, ...]) -> str:
    if not targets:
        return "Ctrl+Enter says it. It is published nowhere from here."
    where = words.listed(targets)
    return f"Ctrl+Enter says it: published to {where}, and journaled. It cannot be taken back, only followed by more."


def _announcement(page: PublicPage, one: Announcement) -> Section:
    rows = [(said.STATUSES[update.status], words.literal(update.text or one.title)) for update in reversed(one.updates)]
    about = [("", said.titled(page, one.services))] if one.services else []
    if window := said.window(one):
        about.append(("", window))
    return Section(said.short(one.title), ("", ""), (*about, *rows))


def _services(page: PublicPage) -> Section:
    rows = tuple((said.title_of(one), said.state(one.reading), words.literal(one.reason)) for one in page.services)
    return Section(said.overall(page), ("service", "state", "because"), rows)
