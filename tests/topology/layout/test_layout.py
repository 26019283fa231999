"""The picture of the graph: how few edges cross, how deep graphs are cut, what an edit moves, what stands on the first row."""

import random
from dataclasses import replace
from itertools import pairwise, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tests.profiles import examples
from topology.graph.layering import break_cycles
from topology.layout import Arrangement, Request, Spacing, arrange, crossings_of
from topology.layout.levels import crossings
from topology.layout.levels.crossings import crossings_between, inversions
from topology.layout.levels.level import Level, Ties
from topology.layout.levels.ordering import Ordering
from topology.layout.levels.simplex import shortest_rows
from topology.layout.places.settling import pooled

S3 = ("lambda", "ec2", "ebs", "front-end", "billing", "index", "placement", "metering", "storage", "keymap")
S3_EDGES = [
    *((name, "front-end") for name in ("lambda", "ec2", "ebs")),
    ("front-end", "index"), ("front-end", "placement"), ("placement", "index"), ("billing", "index"),
    ("billing", "metering"), ("index", "storage"), ("index", "keymap"), ("placement", "storage"), ("metering", "keymap"),
]  # fmt: skip


def request_of(
    names: tuple[str, ...],
    edges: list[tuple[str, str]],
    groups: tuple[str | None, ...] = (),
    top: tuple[str, ...] = (),
    aspect: float = 1.9,
    spacing: Spacing | None = None,
) -> Request:
    index = {name: number for number, name in enumerate(names)}
    pairs = np.array([(index[a], index[b]) for a, b in edges], np.int32).reshape(-1, 2)
    return Request(names, pairs, groups, frozenset(index[name] for name in top), spacing or Spacing(), aspect)


def s3(more: tuple[str, ...] = (), edges: tuple[tuple[str, str], ...] = (), top: tuple[str, ...] = ()) -> Request:
    groups = (*([None] * 3), *(["s3"] * 7), *([None] * len(more)))
    return request_of((*S3, *more), [*S3_EDGES, *edges], groups, ("lambda", "ec2", "ebs", *top))


def place_of(made: Arrangement, name: str) -> tuple[float, float]:
    x, y = made.centres[made.names.index(name)].tolist()
    return x, y


# ---- crossings, against every order that there is and against exact rows


def level_of(sizes: list[int], pairs: list[tuple[int, int]]) -> Level:
    layer = np.repeat(np.arange(len(sizes)), sizes)
    count = len(layer)
    ends = np.array(pairs, np.int64).reshape(-1, 2)
    nothing = np.zeros(len(ends))
    numbers = np.arange(len(ends))
    ties = Ties(ends[:, 0], ends[:, 1], nothing, nothing, numbers, numbers)
    return Level(np.zeros(count, np.int64), layer, np.full(count, 10.0), np.full(count, 5.0), ties, 2.0)


def crossings_in(rows: list[tuple[int, ...]], pairs: list[tuple[int, int]]) -> int:
    place = {item: number for row in rows for number, item in enumerate(row)}
    row_of = {item: number for number, row in enumerate(rows) for item in row}
    return sum(
        row_of[a] == row_of[c] and (place[a] - place[c]) * (place[b] - place[d]) < 0
        for number, (a, b) in enumerate(pairs)
        for c, d in pairs[:number]
    )


def test_that_small_graphs_have_as_few_crossings_as_any_order_gives() -> None:
    chance = random.Random(20170228)
    found = best = missed = 0
    for _ in range(60):
        sizes = [chance.randint(2, 4) for _ in range(3)]
        starts = np.cumsum([0, *sizes]).tolist()
        rows = [list(range(a, b)) for a, b in pairwise(starts)]
        pairs = [(a, b) for upper, lower in pairwise(rows) for a in upper for b in lower if chance.random() < 0.5]
        ordering = Ordering(level_of(sizes, pairs), lambda: None)
        ordering.search()
        made = [tuple(sorted(row, key=ordering.rank.__getitem__)) for row in rows]
        assert crossings_in(made, pairs) == ordering.crossings()
        least = min(crossings_in(list(order), pairs) for order in product(*map(permutations, rows)))
        found, best = found + ordering.crossings(), best + least
        missed += ordering.crossings() > least
    assert missed <= 1
    assert found <= best * 1.02


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=25))
def test_that_crossings_are_counted_as_by_hand(pairs: list[tuple[int, int]]) -> None:
    by_hand = sum((a - c) * (b - d) < 0 for number, (a, b) in enumerate(pairs) for c, d in pairs[:number])
    above, below = np.array(pairs, np.int64).reshape(-1, 2).T
    assert crossings_between(np.zeros(len(pairs), np.int64), above, below) == by_hand


@pytest.mark.parametrize("most", [10**9, 0])
def test_that_crossings_of_many_rows_are_those_of_each(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether they are compared or sorted: of rows longer than a block, and next to each other."""
    monkeypatch.setattr(crossings, "MOST_COMPARED", most)
    dice = np.random.default_rng(4)
    for sizes in ((1, 300, 0, 129, 128), (5,), (40, 2, 260)):
        gap = dice.permutation(np.repeat(np.arange(len(sizes)), sizes))
        above, below = dice.integers(0, 90, (2, len(gap)))
        by_hand = 0
        for row in range(len(sizes)):
            a, b = above[gap == row], below[gap == row]
            by_hand += int(np.count_nonzero(np.sign(a[:, None] - a) * np.sign(b[:, None] - b) < 0)) // 2
        assert crossings_between(gap, above, below) == by_hand


@given(st.permutations(list(range(23))))
def test_that_inversions_are_counted_as_by_hand(values: list[int]) -> None:
    by_hand = sum(a > b for number, a in enumerate(values) for b in values[number + 1 :])
    assert inversions(np.array(values)) == by_hand


@st.composite
def joined_graphs(draw: st.DrawFn) -> tuple[int, dict[tuple[int, int], int]]:
    count = draw(st.integers(2, 16))
    weight = st.integers(1, 4)
    edges = {(draw(st.integers(0, item - 1)), item): draw(weight) for item in range(1, count)}
    for _ in range(draw(st.integers(0, count))):
        a, b = sorted((draw(st.integers(0, count - 1)), draw(st.integers(0, count - 1))))
        if a != b:
            edges[a, b] = draw(weight)
    return count, edges


@given(joined_graphs())
@settings(max_examples=examples(100))
def test_that_no_rows_make_the_edges_shorter(graph: tuple[int, dict[tuple[int, int], int]]) -> None:
    count, edges = graph
    rows = shortest_rows(count, [(a, b, weight) for (a, b), weight in edges.items()], list(range(count)))
    assert min(rows) == 0
    assert all(rows[a] < rows[b] for a, b in edges)
    # The same as a linear program, which another program solves.
    pull, apart = np.zeros(count), np.zeros((len(edges), count))
    for number, ((a, b), weight) in enumerate(edges.items()):
        pull[b], pull[a] = pull[b] + weight, pull[a] - weight
        apart[number, a], apart[number, b] = 1, -1
    best = linprog(pull, A_ub=apart, b_ub=-np.ones(len(edges)), bounds=[(0, None)] * count).fun
    assert sum(weight * (rows[b] - rows[a]) for (a, b), weight in edges.items()) == pytest.approx(best)


def test_that_the_example_region_has_no_crossing() -> None:
    assert crossings_of(arrange(replace(s3(), enough=1000.0))) == 0


# ---- proportions


@pytest.mark.parametrize("aspect", [0.7, 1.9, 3.0])
@pytest.mark.parametrize("is_ring", [False, True])
@pytest.mark.parametrize("count", [40, 114])
def test_that_a_chain_or_a_ring_is_cut_until_it_has_the_shape_of_the_view(
    count: int, is_ring: bool, aspect: float
) -> None:
    names = tuple(f"n{number}" for number in range(count))
    edges = [*pairwise(names), *([(names[-1], names[0])] if is_ring else [])]
    made = arrange(request_of(names, edges, aspect=aspect))
    assert 0.55 * aspect < made.width / made.height < 1.6 * aspect
    # Uncut, it would be seen at a fraction of this scale.
    uncut = count * (made.spacing.height + made.spacing.gap_y)
    assert max(made.width / aspect, made.height) < uncut / 2
    rows = {tuple(place) for place in made.centres.tolist()}
    assert len(rows) == count


def test_that_a_deep_service_is_cut_inside_its_box() -> None:
    names = (*(f"a-{number}" for number in range(16)), "b", "c")
    edges = [*pairwise(names[:16]), ("b", "a-0"), ("a-15", "c"), ("a-3", "a-12")]
    made = arrange(request_of(names, edges, (*(["a"] * 16), None, None)))
    (box,) = made.boxes
    left, top, right, bottom = box.rect
    assert made.strips[:16].max() > 0
    assert (right - left) / (bottom - top) > 0.8
    half = np.array([made.spacing.width, made.spacing.height]) / 2
    assert (made.centres[:16] - half >= (left, top)).all()
    assert (made.centres[:16] + half <= (right, bottom)).all()


def test_that_a_node_with_two_hundred_dependents_does_not_make_a_row_of_two_hundred() -> None:
    names = ("hub", *(f"n{number}" for number in range(200)))
    made = arrange(request_of(names, [(name, "hub") for name in names[1:]], top=names[1:]))
    assert made.width < 4 * made.height
    assert (made.centres[1:, 1] < made.centres[0, 1]).all()


def test_that_three_hundred_subsystems_alone_fill_a_wide_rectangle() -> None:
    made = arrange(request_of(tuple(f"n{number}" for number in range(300)), []))
    assert 1 < made.width / made.height < 3


def test_that_the_spacing_asked_for_is_kept() -> None:
    spacing = Spacing(width=40, height=20, gap_x=8, gap_y=10)
    made = arrange(request_of(("a", "b", "c"), [("a", "b"), ("a", "c")], spacing=spacing))
    (_, a), (left, b), (right, _) = (place_of(made, name) for name in "abc")
    assert b - a == 30
    assert abs(right - left) == pytest.approx(48)


def test_that_an_empty_graph_is_an_empty_picture() -> None:
    made = arrange(request_of((), []))
    assert (len(made.centres), len(made.edges), made.width, made.height) == (0, 0, 0.0, 0.0)


# ---- what lies where


def test_that_externals_stand_on_the_first_row_and_only_they() -> None:
    edges = (("cron", "front-end"), ("cold-storage", "cron"), ("ebs", "storage"))
    made = arrange(s3(("cron", "cold-storage"), edges, ("cold-storage",)))
    first = made.centres[:, 1].min()
    on_first = {name for name, (_, y) in zip(made.names, made.centres.tolist(), strict=True) if y == first}
    assert on_first == {"lambda", "ec2", "ebs", "cold-storage"}
    without = arrange(s3(("cron",), (("cron", "front-end"),)))
    assert place_of(without, "cron")[1] > without.centres[:, 1].min()


def test_that_a_cycle_is_drawn_with_one_edge_leading_up() -> None:
    made = arrange(request_of(("a", "b", "c"), [("a", "b"), ("b", "c"), ("c", "a")]))
    assert made.edges[made.upward].tolist() == [[2, 0]]
    assert place_of(made, "c")[1] > place_of(made, "a")[1]


def test_that_of_two_services_that_need_each_other_the_stronger_need_leads_down() -> None:
    names = tuple(f"{group}{number}" for group in "ab" for number in range(3))
    edges = [("a0", "b0"), ("b0", "a0"), ("b1", "a1"), ("b2", "a2")]
    made = arrange(request_of(names, edges, tuple(name[0] for name in names)))
    box = {box.label: box.rect for box in made.boxes if box.kind == "service"}
    assert box["b"][3] < box["a"][1]


def test_that_nodes_without_an_edge_stand_apart_from_the_rest() -> None:
    made = arrange(s3(("alone", "lonely")))
    half = np.array([made.spacing.width, made.spacing.height]) / 2
    box = made.boxes[0].rect
    linked = made.centres[:10]
    low = np.minimum((linked - half).min(axis=0), box[:2])
    high = np.maximum((linked + half).max(axis=0), box[2:])
    for name in ("alone", "lonely"):
        at = np.array(place_of(made, name))
        assert (at + half <= low).any() or (at - half >= high).any()


@given(st.integers(1, 12), st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=40))
def test_that_turning_the_chosen_edges_round_leaves_no_cycle(count: int, pairs: list[tuple[int, int]]) -> None:
    edges = [(a, b) for a, b in pairs if a != b and a < count and b < count]
    turned = break_cycles(count, edges)
    down = {(b, a) if (a, b) in turned else (a, b) for a, b in edges}
    left = set(range(count))
    while True:
        free = {node for node in left if not any(b == node and a in left for a, b in down)}
        if not free:
            break
        left -= free
    assert not left


@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(0.1, 10)), min_size=1, max_size=12))
@settings(max_examples=examples(60))
def test_that_no_rising_places_are_nearer_to_what_was_wanted(items: list[tuple[float, float]]) -> None:
    wanted, weight = np.array(items).T
    chance = np.random.default_rng(1)
    places = pooled(wanted, weight)
    assert (np.diff(places) >= -1e-6).all()
    for _ in range(20):
        moved = np.maximum.accumulate(places + chance.uniform(-1, 1, len(places)))
        assert (weight * (moved - wanted) ** 2).sum() >= (weight * (places - wanted) ** 2).sum() - 1e-6


# ---- edits


def network(count: int, seed: int = 7, groups: bool = True) -> Request:
    chance = random.Random(seed)
    names = tuple(f"n{number}" for number in range(count))
    edges = set()
    for number in range(count - 1):
        for _ in range(chance.choice((0, 1, 1, 2, 3))):
            end = min((number // 10 + 1) * 10, count) if chance.random() < 0.8 else count
            edges.add((number, min(chance.randrange(number + 1, max(end, number + 2)), count - 1)))
    pairs = [(f"n{a}", f"n{b}") for a, b in sorted(edges) if a != b]
    return request_of(names, pairs, tuple(f"g{number // 10}" if groups else None for number in range(count)))


def with_new(request: Request) -> Request:
    edges = np.vstack([request.edges, np.array([(50, 60), (60, 58)], np.int32)])
    groups = (*request.groups, request.groups[57])
    return Request((*request.names, "new"), edges, groups, request.top, request.spacing, request.aspect)


@pytest.mark.parametrize("groups", [True, False])
def test_that_one_subsystem_more_moves_little_else_and_turns_no_order_round(groups: bool) -> None:
    request = network(60, groups=groups)
    first = arrange(request)
    more = with_new(request)
    anew, kept = arrange(more), arrange(more, first)

    def shift(other: Arrangement) -> float:
        moved = other.centres[:60, 0] - first.centres[:, 0]
        return float(np.abs(moved - np.median(moved)).mean()) / first.width

    assert shift(kept) < 0.02
    assert shift(kept) < shift(anew)
    rows: dict[tuple[str | None, float], list[int]] = {}
    for number in range(60):
        rows.setdefault((more.groups[number], float(kept.centres[number, 1])), []).append(number)
    for row in rows.values():
        for one, other in pairwise(sorted(row, key=lambda number: float(kept.centres[number, 0]))):
            if first.centres[one, 1] == first.centres[other, 1]:
                assert first.centres[one, 0] < first.centres[other, 0]


def test_that_a_cut_chain_stays_cut_where_it_was_when_a_node_comes() -> None:
    names = tuple(f"n{number}" for number in range(40))
    first = arrange(request_of(names, list(pairwise(names))))
    kept = arrange(request_of((*names, "new"), [*pairwise(names), ("n5", "new"), ("new", "n7")]), first)
    assert kept.strips[:40].tolist() == first.strips.tolist()
    assert np.array_equal(kept.centres[:40, 1], first.centres[:, 1])
    # The first strip is wider by a card; the others are as far from each other as they were.
    later = first.strips > 0
    assert np.ptp(kept.centres[:40][later, 0] - first.centres[later, 0]) < 1


def test_that_a_box_is_laid_out_where_its_members_were_and_they_where_it_was() -> None:
    request = network(60)
    opened = arrange(request)
    shut = Request(
        request.names, request.edges, request.groups, spacing=request.spacing, closed_groups=frozenset({"g3"})
    )
    closed = arrange(shut, opened)
    left, _, right, _ = next(box.rect for box in opened.boxes if box.name == "service:g3")
    assert left < place_of(closed, "service:g3")[0] < right
    again = arrange(request, closed)
    box = next(box.rect for box in again.boxes if box.name == "service:g3")
    assert box[0] < place_of(closed, "service:g3")[0] < box[2]
