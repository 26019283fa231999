"""Compose files as regions: services, replicas, and what each waits for, links to or addresses."""

import pytest

from topology.imports.compose.compose import import_compose
from topology.imports.imported import Imported
from topology.imports.notes import ImportRefusedError
from topology.region.description import read_region
from topology.region.region import Region


def imported(services: object, **more: object) -> Imported:
    return import_compose([{"services": services, **more}], "compose.yaml")


def region(services: object) -> Region:
    return read_region(imported(services).text, "compose.toml")


def edges(services: object) -> set[tuple[str, str, str]]:
    return {(one.dependent, one.needs, one.kind) for one in region(services).dependencies}


def test_that_services_are_subsystems_with_their_replicas() -> None:
    found = region({"web": {"deploy": {"replicas": 3}}, "api": {"scale": 2}, "db": None})
    assert dict(zip((one.name for one in found.subsystems), found.listed, strict=True)) == {"api": 2, "db": 1, "web": 3}
    assert len(found.gaps) == 3


@pytest.mark.parametrize("raw", ["3", -1, True, "${N}"])
def test_that_replicas_that_are_not_known_leave_the_floor_unknown_whatever_is_accepted(raw: object) -> None:
    made = imported({"web": {"deploy": {"replicas": raw}}, "db": {}})
    assert made.unprotected == ("db",)
    assert any("not a number of servers" in str(note) for note in made.notes)


def test_that_what_a_service_waits_for_is_a_dependency() -> None:
    services = {
        "web": {"depends_on": ["api"]},
        "api": {"depends_on": {"db": {"condition": "service_healthy"}, "cache": {"required": False}}},
        "db": {},
        "cache": {},
    }
    assert edges(services) == {("web", "api", "hard"), ("api", "db", "hard"), ("api", "cache", "soft")}


def test_that_links_and_addresses_in_the_environment_are_dependencies() -> None:
    services = {
        "web": {"links": ["api:backend"], "environment": {"DB": "postgres://u:secret@db:5432/x", "DB_USER": "cache"}},
        "api": {"environment": ["CACHE_HOST=cache", "OTHER=gone:80"]},
        "db": {},
        "cache": {},
    }
    assert edges(services) == {("web", "api", "hard"), ("web", "db", "hard"), ("api", "cache", "hard")}
    made = imported(services)
    assert any("api addresses gone:80, which the file has no service for" in str(note) for note in made.notes)
    assert "secret" not in made.text + "".join(map(str, made.notes))


def test_that_what_a_file_takes_from_elsewhere_is_named() -> None:
    made = imported({"web": {"extends": {"file": "common.yml"}}}, include=["other.yml"])
    notes = "\n".join(map(str, made.notes))
    assert "takes more from elsewhere (extends)" in notes
    assert "other files that it includes" in notes


@pytest.mark.parametrize("document", [{"services": {}}, {"services": [1]}, {}, 3, None])
def test_that_a_file_without_services_is_refused(document: object) -> None:
    with pytest.raises(ImportRefusedError, match="no service in it"):
        import_compose([document], "compose.yaml")


def test_that_what_waits_for_no_service_of_the_file_needs_an_external() -> None:
    assert region({"web": {"depends_on": ["gone"]}}).subsystem("gone").external
