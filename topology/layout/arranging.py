"""Lays a request out: like an earlier picture, or in the proportions in which all of it is seen largest."""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from topology.layout.draft import LayoutDraft, Proportions
from topology.layout.levels.drawn import Drawn, drawn_of
from topology.layout.levels.nesting import CYCLES, SERVICES
from topology.layout.levels.values import Arrangement, LayoutCancelledError, Request
from topology.layout.memory import Memory

BOXES = (1.0, 0.9, 0.8, 0.7, 0.6, 1.15, 1.3)
"""Widths of boxes that are tried, as parts of what would be theirs by their areas."""
OUTER = (1.0, 1.35)
"""Widths of the rows of the whole picture that are tried, as parts of what its view would have."""
FINALISTS = 3
"""So many of the proportions that were tried hastily are tried with care, if the best do not keep what they promised."""
KEPT = 1.02
"""A picture that is larger by no more than this keeps what was promised."""
LEAST_TRIED, MOST_TRIED = 24, 130
"""So many nodes at least, and at most, are worth to be placed several times."""
PHASES = ("cycles", "services", "parts")


def arrange(
    request: Request,
    previous: Arrangement | None = None,
    progress: Callable[[str, float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Arrangement:
    """Lay *request* out.

    Args:
        request: the graph, and how it is to be drawn.
        previous: an earlier picture of about the same graph, whose nodes and lanes stay where they are as far as they can.
        progress: is told the phase and the share that is done, 0 to 1.
        cancelled: is asked now and then whether to give up.

    Raises:
        LayoutCancelledError: *cancelled* said so.
    """

    def tick() -> None:
        if cancelled is not None and cancelled():
            raise LayoutCancelledError("the layout was no longer wanted")

    def tell(phase: str, share: float) -> None:
        tick()
        if progress is not None:
            progress(phase, share)

    tell("rows", 0.0)
    drawn = drawn_of(request)
    tick()
    memory = Memory(request, drawn, previous)

    def begun(proportions: Proportions, *, hasty: bool = False) -> LayoutDraft:
        return LayoutDraft(request, drawn, memory, tick, proportions, hasty=hasty)

    first, *others = [(0.0, Proportions())] if memory.knows else _promising(request, drawn, begun)
    draft = begun(first[1])
    for kind, phase in enumerate(PHASES):
        tell(phase, 0.1 + 0.2 * kind)
        draft.place(kind)
    tell("lines", 0.9)
    made = draft.finish()
    for promised, proportions in others:
        if _extent(made, request) <= promised * KEPT:
            break
        made = min(made, begun(proportions).whole(), key=lambda one: _extent(one, request))
    tell("done", 1.0)
    return made


def _extent(made: Arrangement, request: Request) -> float:
    """Give the height of the view of the wanted shape that a picture fills."""
    return max(made.width / request.aspect, made.height)


class _Begun(Protocol):
    """Begins a draft in some proportions."""

    def __call__(self, proportions: Proportions, *, hasty: bool = False) -> LayoutDraft: ...


def _promising(request: Request, drawn: Drawn, begun: _Begun) -> list[tuple[float, Proportions]]:
    """Give the proportions in which a picture is seen largest, the best first, each with its extent done in haste.

    A picture in which nothing has to be cut to be small enough is not cut.
    """
    usual, uncut = [(0.0, Proportions())], [(0.0, Proportions(cuts=False))]
    if request.enough == np.inf:
        return uncut
    if len(drawn.names) > MOST_TRIED:
        return usual
    if request.enough:
        whole = begun(Proportions(cuts=False), hasty=True).whole()
        if _extent(whole, request) <= request.enough:
            return uncut
    if len(drawn.names) < LEAST_TRIED or not drawn.group_boxes:
        return usual
    tried: dict[float, Proportions] = {}
    for boxes in BOXES:
        inner = begun(Proportions(boxes), hasty=True)
        inner.place(CYCLES)
        inner.place(SERVICES)
        for outer in OUTER:
            proportions = Proportions(boxes, outer)
            # What comes out as large is as good as always the same picture.
            tried.setdefault(round(_extent(inner.fork(proportions).whole(), request), 1), proportions)
    return sorted(tried.items(), key=lambda one: one[0])[:FINALISTS]
