"""Laws of the layout of regions of any size: what never overlaps, what lies above what, what stays together and what stays put."""

import pickle
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.profiles import examples
from topology.layout import (
    Arrangement,
    DamagedLayoutError,
    LayoutCancelledError,
    Request,
    arrange,
    from_bytes,
    key_of,
    to_bytes,
)

SLACK = 1e-3


@st.composite
def requests(
    draw: st.DrawFn, acyclic: bool = False, groups: bool = True, closed: bool = True, most: int = 22
) -> Request:
    count = draw(st.integers(0, most))
    ends = st.tuples(st.integers(0, max(count - 1, 0)), st.integers(0, max(count - 1, 0)))
    pairs = draw(st.lists(ends, max_size=2 * most)) if count else []
    if acyclic:
        pairs = [(min(a, b), max(a, b)) for a, b in pairs if a != b]
    names = tuple(f"n{number}" for number in range(count))
    group = st.sampled_from([None, "a", "b", "c"]) if groups else st.none()
    return Request(
        names,
        np.array(pairs, np.int32).reshape(-1, 2),
        tuple(draw(group) for _ in names),
        frozenset(number for number in range(count) if draw(st.integers(0, 5)) == 0),
        aspect=draw(st.sampled_from([0.7, 1.9, 4.0])),
        closed_groups=draw(st.frozensets(st.sampled_from(["a", "b", "c"]))) if closed else frozenset(),
        closed_cycles=frozenset(f"cycle:{name}" for name in names if closed and draw(st.booleans())),
    )


def cards(made: Arrangement) -> np.ndarray:
    half = np.array([made.spacing.width, made.spacing.height]) / 2
    return np.hstack([made.centres - half, made.centres + half])


def overlaps(rects: np.ndarray) -> list[tuple[int, int]]:
    left, top, right, bottom = rects.T
    beside = (right[:, None] <= left[None] + SLACK) | (left[:, None] >= right[None] - SLACK)
    apart = (bottom[:, None] <= top[None] + SLACK) | (top[:, None] >= bottom[None] - SLACK)
    found = np.argwhere(np.triu(~(beside | apart), 1))
    return [(int(a), int(b)) for a, b in found]


def same(one: Arrangement, other: Arrangement) -> bool:
    return to_bytes(one) == to_bytes(other)


def drawn_members(made: Arrangement, members: tuple[int, ...]) -> set[int]:
    return {int(made.node_of[member]) for member in members}


@given(requests())
def test_that_no_two_cards_overlap_and_all_lie_in_the_picture(request: Request) -> None:
    made = arrange(request)
    rects = cards(made)
    assert not overlaps(rects)
    assert (rects >= -SLACK).all()
    assert (rects[:, [2, 3]] <= np.array([made.width, made.height]) + SLACK).all()


@given(requests())
def test_that_every_line_runs_from_the_border_of_the_dependent_to_that_of_what_it_needs(request: Request) -> None:
    made = arrange(request)
    rects = cards(made)
    assert len(made.starts) == len(made.edges) + 1
    for number, (dependent, needed) in enumerate(made.edges.tolist()):
        line = made.points[made.starts[number] : made.starts[number + 1]]
        for node, point in ((dependent, line[0]), (needed, line[-1])):
            left, top, right, bottom = rects[node]
            x, y = point.tolist()
            assert left - SLACK <= x <= right + SLACK
            assert top - SLACK <= y <= bottom + SLACK
            assert min(abs(x - left), abs(x - right), abs(y - top), abs(y - bottom)) < SLACK


def assert_no_line_passes_through_a_card(made: Arrangement) -> None:
    rects = cards(made)
    loops = made.edges[:, 0] == made.edges[:, 1]
    for number in np.flatnonzero(~loops).tolist():
        line = made.points[made.starts[number] : made.starts[number + 1]].astype(float)
        for start, end in pairwise(line):
            for part in np.linspace(0.02, 0.98, 25):
                x, y = start + (end - start) * part
                inside = (rects[:, 0] + 1 < x) & (x < rects[:, 2] - 1) & (rects[:, 1] + 1 < y) & (y < rects[:, 3] - 1)
                assert not inside.any()


@given(requests(groups=False, closed=False))
def test_that_no_line_passes_through_a_card(request: Request) -> None:
    assert_no_line_passes_through_a_card(arrange(request))


def test_that_rows_too_wide_are_broken_and_lines_pass_beside_their_columns() -> None:
    pairs = [(a, 40 + (a * step) % 40) for a in range(40) for step in (1, 3)] + [(a, 80) for a in range(0, 80, 7)]
    made = arrange(Request(tuple(f"n{number}" for number in range(81)), np.array(pairs), aspect=1.0))
    assert len(np.unique(made.centres[:40, 1])) > 1
    assert made.width < 40 * made.spacing.width
    assert_no_line_passes_through_a_card(made)


def is_cut(made: Arrangement) -> bool:
    return bool(made.strips.any() or made.box_strips.any())


@given(requests(acyclic=True, groups=False, closed=False))
def test_that_without_cycles_and_services_every_dependent_lies_above_what_it_needs(request: Request) -> None:
    made = arrange(request)
    assert not made.upward.any()
    for dependent, needed in made.edges.tolist():
        assert made.layers[dependent] < made.layers[needed]
        if made.strips[dependent] == made.strips[needed]:
            assert made.centres[dependent, 1] + made.spacing.height < made.centres[needed, 1]
        else:
            # What is too deep goes on in the next strip, to the right.
            assert made.strips[dependent] < made.strips[needed]
            assert made.centres[dependent, 0] + made.spacing.width < made.centres[needed, 0]


@given(requests(groups=False, closed=False))
def test_that_outside_cycles_every_dependent_lies_above_what_it_needs(request: Request) -> None:
    made = arrange(request)
    ring = np.arange(len(made.names)) + len(made.boxes)
    for number, box in enumerate(made.boxes):
        ring[list(box.members)] = number
    for dependent, needed in made.edges.tolist():
        if ring[dependent] != ring[needed] and not is_cut(made):
            assert made.centres[dependent, 1] < made.centres[needed, 1]


@given(requests())
def test_that_lines_that_are_not_marked_upward_lead_down(request: Request) -> None:
    made = arrange(request)
    assume(not is_cut(made))
    for number, (dependent, needed) in enumerate(made.edges.tolist()):
        if dependent != needed:
            line = made.points[made.starts[number] : made.starts[number + 1], 1]
            assert (np.diff(line) * (-1 if made.upward[number] else 1) >= -SLACK).all()


@given(requests())
def test_that_boxes_hold_their_members_and_no_one_else(request: Request) -> None:
    made = arrange(request)
    rects = cards(made)
    for box in made.boxes:
        if not box.exclusive or not box.is_open:
            continue
        inside = drawn_members(made, box.members)
        if box.kind == "service":
            # Members of a closed cycle through several services are drawn outside all of them.
            stray = {made.names.index(o.name) for o in made.boxes if not o.is_open and o.name in made.names}
            own = {node for node in stray if not set(np.flatnonzero(made.node_of == node)) <= set(box.members)}
            inside -= own
        left, top, right, bottom = box.rect
        for node, card in enumerate(rects.tolist()):
            within = left - SLACK <= card[0] and top - SLACK <= card[1]
            within = within and card[2] <= right + SLACK and card[3] <= bottom + SLACK
            apart = card[2] <= left or card[0] >= right or card[3] <= top or card[1] >= bottom
            assert within if node in inside else apart


@given(requests())
def test_that_boxes_of_a_kind_do_not_overlap(request: Request) -> None:
    made = arrange(request)
    for kind in ("service", "cycle"):
        rects = [box.rect for box in made.boxes if box.kind == kind and box.exclusive]
        assert not rects or not overlaps(np.array(rects))


@given(requests(groups=False, closed=False))
def test_that_cycles_are_the_sets_of_nodes_that_reach_each_other(request: Request) -> None:
    made = arrange(request)
    count = len(request.names)
    reach = np.zeros((count, count), bool)
    reach[request.edges[:, 0], request.edges[:, 1]] = True
    for middle in range(count):
        reach |= reach[:, middle : middle + 1] & reach[middle : middle + 1]
    both = reach & reach.T & ~np.eye(count, dtype=bool)
    expected = {frozenset((int(n), *np.flatnonzero(both[n]).tolist())) for n in range(count) if both[n].any()}
    assert {frozenset(box.members) for box in made.boxes} == expected


@given(requests())
def test_that_every_edge_is_drawn_once_or_inside_a_closed_box(request: Request) -> None:
    made = arrange(request)
    assert len({tuple(pair) for pair in made.edges.tolist()}) == len(made.edges)
    counted = np.zeros(len(made.edges), int)
    for edge, (dependent, needed) in zip(made.edge_of.tolist(), request.edges.tolist(), strict=True):
        ends = [int(made.node_of[dependent]), int(made.node_of[needed])]
        if edge < 0:
            assert ends[0] == ends[1]
            assert made.names[ends[0]].startswith(("service:", "cycle:"))
        else:
            assert made.edges[edge].tolist() == ends
            counted[edge] += 1
    assert counted.tolist() == made.counts.tolist()


@given(requests())
def test_that_closed_boxes_are_one_node_each(request: Request) -> None:
    made = arrange(request)
    for box in made.boxes:
        if not box.is_open:
            assert box.name in made.names
    for group in request.closed_groups:
        members = [number for number, name in enumerate(request.groups) if name == group]
        if len(members) > 1:
            assert {made.names[made.node_of[member]] for member in members} == {f"service:{group}"}


@given(requests())
def test_that_the_same_request_gives_the_same_bytes(request: Request) -> None:
    assert same(arrange(request), arrange(request))


@given(requests())
def test_that_an_arrangement_survives_bytes_and_pickling(request: Request) -> None:
    made = arrange(request)
    assert same(from_bytes(to_bytes(made), key_of(request)), made)
    assert same(pickle.loads(pickle.dumps(made)), made)
    again = pickle.loads(pickle.dumps(request))
    assert key_of(again) == made.key


@given(requests(), st.data())
def test_that_damaged_bytes_are_refused(request: Request, data: st.DataObject) -> None:
    kept = bytearray(to_bytes(arrange(request)))
    at = data.draw(st.integers(0, len(kept) - 1))
    if data.draw(st.booleans()):
        kept[at] ^= data.draw(st.integers(1, 255))
    else:
        del kept[at:]
    with pytest.raises(DamagedLayoutError):
        from_bytes(bytes(kept))


def test_that_the_layout_of_another_graph_is_refused() -> None:
    one = Request(("a", "b"), np.array([[0, 1]]))
    with pytest.raises(DamagedLayoutError, match="another graph"):
        from_bytes(to_bytes(arrange(one)), key_of(Request(("a", "b"), np.array([[1, 0]]))))


@given(requests(), st.data())
def test_that_pinned_nodes_are_where_they_were_put_and_nothing_else_moves(
    request: Request, data: st.DataObject
) -> None:
    plain = arrange(request)
    assume(len(plain.names) > 0)
    chosen = data.draw(st.lists(st.sampled_from(plain.names), min_size=1, max_size=3, unique=True))
    spots = {name: (data.draw(st.floats(-500, 3000)), data.draw(st.floats(-500, 3000))) for name in chosen}
    pinned = replace(request, pins={**spots, "nobody": (1.0, 2.0)})
    made = arrange(pinned)
    assert made.key == plain.key
    for number, name in enumerate(made.names):
        expected = spots.get(name, tuple(plain.centres[number].tolist()))
        assert tuple(made.centres[number].tolist()) == expected


@given(requests(), st.integers(0, 40))
def test_that_a_layout_no_longer_wanted_stops_with_its_own_error(request: Request, after: int) -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > after

    try:
        arrange(request, cancelled=cancelled)
    except LayoutCancelledError:
        assert asked == after + 1
    else:
        assert asked <= after


def test_that_a_layout_unwanted_from_the_start_gives_nothing() -> None:
    with pytest.raises(LayoutCancelledError, match="no longer wanted"):
        arrange(Request(("a", "b"), np.array([[0, 1]])), cancelled=lambda: True)


@given(requests())
def test_that_progress_rises_from_nothing_to_done(request: Request) -> None:
    told: list[float] = []
    arrange(request, progress=lambda phase, share: told.append(share))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


@given(requests())
def test_that_nothing_moves_when_the_same_graph_is_laid_out_again(request: Request) -> None:
    made = arrange(request)
    assert np.abs(arrange(request, made).centres - made.centres).max(initial=0.0) < 0.5  # pixels at full size


@settings(max_examples=examples(40))
@given(requests(closed=False), st.data())
def test_that_an_edit_keeps_the_order_of_what_stays_in_its_row(request: Request, data: st.DataObject) -> None:
    assume(len(request.names) > 1)
    before = arrange(request)
    names = (*request.names, "new")
    targets = data.draw(st.lists(st.integers(0, len(request.names) - 1), max_size=3, unique=True))
    added = np.array([(len(request.names), target) for target in targets], np.int32).reshape(-1, 2)
    edited = Request(
        names, np.vstack([request.edges, added]), (*request.groups, None), request.top, request.spacing, request.aspect
    )
    after = arrange(edited, before)
    old, new = before.centres, after.centres[: len(request.names)]
    for one in range(len(old)):
        for other in range(one):
            same_row = old[one, 1] == old[other, 1] and new[one, 1] == new[other, 1]
            if same_row:
                assert (old[one, 0] < old[other, 0]) == (new[one, 0] < new[other, 0])


def test_that_requests_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="same name"):
        Request(("a", "a"), np.zeros((0, 2)))
    with pytest.raises(ValueError, match="not there"):
        Request(("a",), np.array([[0, 1]]))
    with pytest.raises(ValueError, match="2 groups for 1"):
        Request(("a",), np.zeros((0, 2)), ("x", "y"))
