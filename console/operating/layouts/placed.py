"""The layout of an outline, in arrays that belong to it: what the scene is built from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from topology.graph.outline import Outline, OutlineLink, OutlineNode
from topology.layout import Arrangement, Point, Request, Spacing, arrange, key_of

SPACING = Spacing(width=184.0, height=62.0, gap_x=18.0, gap_y=28.0, frame_x=14.0, frame_top=23.0, frame_bottom=12.0)
"""Cards with three lines, for few."""
CLOSE = Spacing(width=104.0, height=24.0, gap_x=5.0, gap_y=7.0, frame_x=5.0, frame_top=9.0, frame_bottom=4.0, lane=5.0)
"""Cards with two lines that are as small as can be read, for many; as wide as the names need."""
NAMED = replace(CLOSE, height=15.0, gap_x=7.0, frame_bottom=5.0)
"""Cards with a name, for more than that."""
DENSE = {
    SPACING.height: replace(SPACING, gap_y=14.0),
    CLOSE.height: replace(CLOSE, gap_y=5.0, frame_bottom=3.0, lane=4.0),
    NAMED.height: replace(NAMED, gap_x=5.0, gap_y=4.5, frame_x=4.0, frame_bottom=3.0, lane=4.0),
}
"""The same cards, by their height, with less between them: where that is what lets their words be read, or nothing be cut."""
NARROWEST, WIDEST, BESIDE, LETTER = 84.0, 150.0, 16.0, 6.4
"""How wide a close card is at least and at most, what its tank and margins take, and what a letter of its name takes."""
READABLE = 0.92
"""The zoom at which the smallest words of a card with three lines are still read."""
READABLE_AT = {SPACING.height: READABLE, CLOSE.height: 0.8126, NAMED.height: 0.767}
"""The same for each height of a card."""
FEW = 24
"""So many cards are laid out in no time, and so another time."""
NEARLY = 0.85
"""The part of that zoom from which on less room between cards may make up for what is missing."""
COMFORT = 1.2
"""The zoom at which a card with two lines is as large as is good for it: nothing is cut to be larger still."""
LOOSE = 0.45
"""The part of a view that cards with three lines, and what is round them, fill at most where all are in view."""
ROOM: Point = (1254.0, 660.0)
"""The view that is laid out for where nobody says which."""
ALIKE = 0.6
"""The part of the nodes that two pictures share at least for one to be made like the other."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The rectangle round a service."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PlacedGraph:
    """Where everything is, from (0, 0) to (*width*, *height*): *centres* in the order of the outline's nodes.

    *points* are those that links pass, from middle to middle; those of link k are from *starts*[k] to *starts*[k + 1]. Links
    are ordered as the scene has them: hard ones first, then as in the outline.
    """

    centres: NDArray[np.float64]
    points: NDArray[np.float64]
    starts: NDArray[np.int64]
    frames: Mapping[str, Frame]
    width: float
    height: float
    spacing: Spacing = SPACING
    """The size of a card, and the room round it."""
    aspect: float = 1.9
    """The width for a height of 1 that it was laid out for."""
    room: Point = ROOM
    """The size of the view that it was laid out for."""
    enough: float = 0.0
    """The height that it needed not to be lower than."""
    arrangement: Arrangement | None = None
    """What a later picture of about the same graph is made like."""

    def stretched_size(self, wide: float, high: float) -> Point:
        """Give width and height when everything is set apart by these factors."""
        return self.width * wide, self.height * high

    def stretched_frames(self, wide: float, high: float) -> dict[str, Frame]:
        """Give the frames when everything is set apart."""
        return {
            group: Frame(frame.left * wide, frame.top * high, frame.right * wide, frame.bottom * high)
            for group, frame in self.frames.items()
        }


class Drawable(Protocol):
    """What can be laid out: an outline, or a part of one."""

    @property
    def nodes(self) -> tuple[OutlineNode, ...]:
        """What is drawn as cards."""

    @property
    def links(self) -> tuple[OutlineLink, ...]:
        """Between nodes."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the nodes."""

    @property
    def index(self) -> dict[str, int]:
        """The positions of the nodes by their names."""


@dataclass(frozen=True, slots=True)
class Before:
    """A picture that another one should look like: its outline and its places."""

    outline: Outline
    places: PlacedGraph

    def is_like(self, outline: Drawable) -> bool:
        """Say whether most of what is drawn was drawn before: else a picture like it would be full of gaps."""
        drawn, was = outline.index.keys(), self.outline.index.keys()
        return len(drawn & was) >= ALIKE * max(len(drawn), len(was))


def placed(
    outline: Drawable,
    before: Before | None = None,
    go_on: Callable[[], bool] = lambda: True,
    room: Point = ROOM,
) -> PlacedGraph:
    """Lay out an outline, like the picture *before* where there is one: milliseconds for a hundred nodes, half a second for many.

    Where there is none, it gets the proportions of *room*, the view that it is for, in pixels, and the largest cards with which
    all of it can be read there.

    Raises:
        LayoutCancelledError: *go_on* said no.
    """

    def cancelled() -> bool:
        return not go_on()

    if before is not None and before.is_like(outline) and before.places.arrangement is not None:
        was = before.places
        request = request_of(outline, was.spacing, was.aspect, was.enough)
        if was.arrangement is not None and was.arrangement.key == key_of(request):
            # The same nodes and edges: floors, owners or names of the region are no reason to move anything.
            return was
        return from_arrangement(arrange(request, was.arrangement, cancelled=cancelled), request, was.room)
    for request in requests_of(outline, room):
        request = _kept_whole(request, room, cancelled)
        made = arrange(request, cancelled=cancelled)
        found = _readable(made, request, room, cancelled)
        if found is not None:
            return from_arrangement(*found, room)
    return from_arrangement(made, request, room)


def _kept_whole(request: Request, room: Point, cancelled: Callable[[], bool]) -> Request:
    """Ask for less between cards with three lines where they have to be cut into strips as asked, and then need not be."""
    if request.spacing != SPACING:
        return request
    dense = replace(request, spacing=DENSE[SPACING.height])
    usual, whole = (arrange(replace(one, enough=np.inf), cancelled=cancelled) for one in (request, dense))
    return dense if _zoom(whole, room) >= READABLE > _zoom(usual, room) else request


def _readable(
    made: Arrangement, request: Request, room: Point, cancelled: Callable[[], bool]
) -> tuple[Arrangement, Request] | None:
    """Give what was laid out as asked, or with less between the cards, if all of it can be read in a view; else None."""
    spacing, readable, zoom = request.spacing, READABLE_AT[request.spacing.height], _zoom(made, room)
    three_lines = spacing.height == SPACING.height
    if not three_lines and readable * NEARLY <= zoom < readable:
        request = replace(request, spacing=replace(DENSE[spacing.height], width=spacing.width))
        made = arrange(request, cancelled=cancelled)
        zoom = _zoom(made, room)
    if zoom < readable:
        return None
    if not three_lines and zoom < 1.0 and len(request.names) <= FEW:
        # Seen from so far, cards have to be wider for the longest name to stand on them whole.
        wider = replace(request, spacing=replace(request.spacing, width=spacing.width / zoom))
        other = arrange(wider, cancelled=cancelled)
        if _zoom(other, room) >= readable:
            return other, wider
    return made, request


def _zoom(made: Arrangement, room: Point) -> float:
    """Give the zoom at which all of a picture is seen in a view."""
    return min(room[0] / max(made.width, 1.0), room[1] / max(made.height, 1.0))


def requests_of(outline: Drawable, room: Point = ROOM) -> list[Request]:
    """Give what may be asked of the layout for an outline, the largest cards first."""
    aspect = round(min(max(room[0] / max(room[1], 1.0), 0.5), 6.0), 1)
    names = [short_name(node.label, node.group) for node in outline.nodes if node.box is None]
    longest = max((len(name) for name in names), default=0)
    width = min(max(BESIDE + LETTER * longest, NARROWEST), WIDEST)
    cell = (SPACING.width + SPACING.gap_x) * (SPACING.height + SPACING.gap_y)
    forms = [(replace(CLOSE, width=width), COMFORT), (replace(NAMED, width=width), 1.0)]
    if len(outline.nodes) * cell <= LOOSE * room[0] * room[1] / READABLE**2:
        forms.insert(0, (SPACING, READABLE))
    return [request_of(outline, form, aspect, round(room[1] / comfort, -1)) for form, comfort in forms]


def request_of(outline: Drawable, spacing: Spacing = SPACING, aspect: float = 1.9, enough: float = 0.0) -> Request:
    """Give what is asked of the layout for an outline."""
    index = outline.index
    edges = [(index[link.dependent], index[link.needs]) for link in in_order(outline)]
    return Request(
        outline.names,
        np.array(edges, np.int32).reshape(-1, 2),
        tuple(node.group for node in outline.nodes),
        frozenset(number for number, node in enumerate(outline.nodes) if node.external),
        spacing,
        aspect,
        enough,
    )


def short_name(label: str, group: str | None) -> str:
    """Leave out of a label what the name of its service says already: `front-end` for `s3-front-end` in s3."""
    if group and label.casefold().startswith(f"{group.casefold()}-"):
        return label[len(group) + 1 :]
    return label


def from_arrangement(made: Arrangement, request: Request, room: Point = ROOM) -> PlacedGraph:
    """Take over what was laid out as asked, for a view of *room*; routes are from middle to middle, in the order asked for."""
    points, starts = made.points.astype(float), made.starts
    if len(made.edges):
        points[starts[:-1]], points[starts[1:] - 1] = made.centres[made.edges[:, 0]], made.centres[made.edges[:, 1]]
    lengths = np.diff(starts)[made.edge_of]
    fresh = np.concatenate(([0], np.cumsum(lengths)))
    at = np.arange(int(fresh[-1])) - np.repeat(fresh[:-1] - starts[:-1][made.edge_of], lengths)
    frames = {
        box.label: Frame(*box.rect) for box in made.boxes if box.kind == "service" and box.is_open and box.exclusive
    }
    size = made.width, made.height
    return PlacedGraph(
        made.centres, points[at], fresh, frames, *size, made.spacing, request.aspect, room, request.enough, made
    )


def in_order(outline: Drawable) -> list[OutlineLink]:
    """Give the links as they are laid out and drawn: hard ones first, which lead down where a cycle lets only some."""
    return sorted(outline.links, key=lambda link: not link.hard)
