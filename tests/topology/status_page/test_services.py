"""What a service can do follows from floors and from what needs are for, and is never better than what is known."""

import pytest

from tests.topology.status_page.regions import TEXT, region_of, state_of
from topology.fleet.unheard import UnheardRack
from topology.status_page.services import readings_of_services, services_of
from topology.status_page.values import ServiceReading, ServiceState

REGION = region_of()
SERVICES = services_of(REGION)


def store(**failed: int) -> ServiceReading:
    return readings_of_services(state_of(REGION, failed=failed), SERVICES)["store"]


def test_that_services_are_those_that_subsystems_state_and_their_front_is_what_others_need() -> None:
    assert [(one.name, len(one.members)) for one in SERVICES] == [("store", 3), ("post", 1)]
    assert [REGION.subsystems[number].name for number in SERVICES[0].front] == ["front"]


def test_that_a_service_whose_front_nobody_outside_needs_has_those_as_front_that_none_of_its_own_needs() -> None:
    text = TEXT.replace('from = "lambda"\nto = "front"', 'from = "lambda"\nto = "mail"')
    region = region_of(text)
    assert [region.subsystems[number].name for number in services_of(region)[0].front] == ["front"]


@pytest.mark.parametrize(
    ("failed", "wanted"),
    [
        ({}, ServiceReading(ServiceState.AVAILABLE)),
        ({"front": 2}, ServiceReading(ServiceState.AVAILABLE)),
        ({"front": 3}, ServiceReading(ServiceState.UNAVAILABLE)),
        ({"index": 3}, ServiceReading(ServiceState.UNAVAILABLE)),
        ({"room": 3}, ServiceReading(ServiceState.PARTIAL, ("PUT",))),
        ({"room": 3, "index": 3}, ServiceReading(ServiceState.UNAVAILABLE)),
        ({"mail": 7}, ServiceReading(ServiceState.AVAILABLE)),
    ],
)
def test_that_a_service_can_do_what_its_front_can(failed: dict[str, int], wanted: ServiceReading) -> None:
    assert store(**failed) == wanted


def test_that_less_capacity_somewhere_is_a_part_of_it_without_a_name_of_an_operation() -> None:
    region = region_of(TEXT.replace("floor = 8", "floor = 2\nzone_floor = 8", 1))
    reading = readings_of_services(state_of(region, failed={"front": 3}), services_of(region))["store"]
    assert reading == ServiceReading(ServiceState.PARTIAL)


def test_that_of_a_silent_source_nothing_is_known() -> None:
    found = readings_of_services(state_of(REGION, age_s=11.0), SERVICES)
    assert {reading.state for reading in found.values()} == {ServiceState.UNKNOWN}


def test_that_a_subsystem_without_a_floor_makes_its_service_unknown() -> None:
    region = region_of(TEXT.replace("floor = 4\n", "", 1))
    found = readings_of_services(state_of(region), services_of(region))
    assert {name: reading.state for name, reading in found.items()} == {
        "store": ServiceState.AVAILABLE,
        "post": ServiceState.UNKNOWN,
    }


def test_that_a_rack_that_nobody_hears_of_makes_the_services_on_it_unknown() -> None:
    state = state_of(REGION)
    state.unheard = (UnheardRack(("az1", "c1", "r1"), ("room",)),)
    assert readings_of_services(state, SERVICES)["store"].state is ServiceState.UNKNOWN
