"""A deep graph whose cards can all be read in the view is not cut into strips: whoever is needed stands below who needs it."""

import pytest

from console.operating.layouts.placed import SPACING, PlacedGraph, placed
from topology.generation.region import generate
from topology.graph.outline import Outline, boxes_of, outline_of
from topology.region.description import read_region


def outline_of_twelve(seed: int) -> Outline:
    made = generate(500, 12, seed)
    region = read_region(made.text, "region.toml", "".join(piece for _, piece in made.fleet()).encode())
    return outline_of(region, boxes_of(region), frozenset())


def leading_up(outline: Outline, made: PlacedGraph) -> int:
    """Give how many needs lead up in a picture: one in a cycle has to, all that join strips of a cut picture do."""
    y, index = made.centres[:, 1], outline.index
    return sum(bool(y[index[link.needs]] <= y[index[link.dependent]]) for link in outline.links)


@pytest.mark.parametrize("seed", [0, 1])
def test_that_a_deep_graph_that_fits_the_view_is_not_cut(seed: int) -> None:
    outline = outline_of_twelve(seed)
    made = placed(outline, room=(1690.0, 835.0))
    assert made.spacing.height == SPACING.height
    high = placed(outline, room=(1690.0, 5000.0))
    assert leading_up(outline, made) == leading_up(outline, high)


def test_that_a_graph_that_does_not_fit_is_cut_with_the_usual_room_between_cards() -> None:
    outline = outline_of_twelve(0)
    made = placed(outline, room=(1690.0, 700.0))
    assert made.spacing == SPACING
    assert leading_up(outline, made) > leading_up(outline, placed(outline, room=(1690.0, 5000.0)))
