"""Whoever reports on a region must not stand on it, and two targets that stand on one thing are as good as one."""

import pytest

from tests.topology.status_page.regions import TEXT, region_of
from topology.graph.graph import graph_of
from topology.graph.grounds import CONSOLE, StandsOn, apart, stands_on_region
from topology.region.region import Region

NEEDS = 'needs = ["elsewhere"]'


def found(text: str) -> tuple[StandsOn, ...]:
    region = region_of(text)
    return stands_on_region(region, graph_of(region))


def two_apart(region: Region) -> tuple[str, str] | None:
    assert region.status_page is not None
    return apart(region.status_page, graph_of(region))


def test_that_targets_that_need_nothing_of_the_region_do_not_stand_on_it() -> None:
    assert found(TEXT) == ()


@pytest.mark.parametrize(
    ("needs", "path"),
    [("front", ("front",)), ("lambda", ("lambda", "front")), ("elsewhere", ())],
)
def test_that_a_need_is_followed_through_externals(needs: str, path: tuple[str, ...]) -> None:
    assert found(TEXT.replace(NEEDS, f'needs = ["{needs}"]')) == ((StandsOn("there", path),) if path else ())


def test_that_the_console_itself_is_asked_as_well() -> None:
    text = TEXT.replace('hold = "1 min"', 'hold = "1 min"\nneeds = ["lambda"]')
    assert found(text) == (StandsOn(CONSOLE, ("lambda", "front")),)


def test_that_a_soft_need_carries_no_shortage() -> None:
    text = TEXT.replace('from = "lambda"\nto = "front"', 'from = "lambda"\nto = "front"\nkind = "soft"')
    assert found(text.replace(NEEDS, 'needs = ["lambda"]')) == ()


def test_that_two_targets_are_apart_where_they_share_neither_ground_nor_host_nor_need() -> None:
    assert two_apart(region_of()) == ("here", "there")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (NEEDS, f'{NEEDS}\nground = "house"'),
        ('ground = "house"', 'ground = "house"\nneeds = ["elsewhere"]'),
        ('to = "folder:/srv/www/status"', 'to = "put:https://s3.eu.example.net/page/"'),
    ],
)
def test_that_what_two_targets_share_makes_them_one(old: str, new: str) -> None:
    assert TEXT.count(old) == 1
    assert two_apart(region_of(TEXT.replace(old, new))) is None
