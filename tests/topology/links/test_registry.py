"""How kinds of sources are found by the scheme of an address, ours and those of other distributions."""

import asyncio
import sys
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest

from topology.links import registry
from topology.links.fleet_source import FleetReader
from topology.links.live.opening import open_live
from topology.links.registry import Opening, Scheme, UnknownSchemeError, known_schemes, scheme_of, source_address
from topology.records.ledger.file_ledger import FileLedger
from topology.records.ledger.protocol import Ledger
from topology.region.errors import LinkError
from topology.region.source import Source, Tls


def number(text: str) -> str:
    if not text.isdigit():
        raise ValueError(f"{text!r} is not a number")
    return text


async def never(target: str, opening: Opening) -> FleetReader:
    raise LinkError(f"{target} cannot be opened")


opened: list[tuple[str, Opening]] = []
"""The ledgers that were made, with what they were made with."""


def shelf(target: str, opening: Opening) -> Ledger:
    opened.append((target, opening))
    return FileLedger(opening.folder / f"shelf-{target}.db")


SHELF = Scheme("shelf", "a shelf of ledgers", "shelf:7", number, lambda target: f"reaches shelf {target}", ledger=shelf)
RACKS = Scheme("racks", "a rack controller", "racks:7", number, lambda target: f"reaches racks {target}", never)


@pytest.fixture
def another_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution that gives the kind `racks`, as if it were installed, and one that gives nothing of use."""
    module = ModuleType("rack_links")
    module.RACKS, module.SHELF = RACKS, SHELF  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "rack_links", module)
    points = metadata.EntryPoints((
        metadata.EntryPoint("racks", "rack_links:RACKS", registry.GROUP),
        metadata.EntryPoint("shelf", "rack_links:SHELF", registry.GROUP),
        metadata.EntryPoint("other", "rack_links:RACKS", registry.GROUP),
        metadata.EntryPoint("lost", "no_such_module_here:LOST", registry.GROUP),
    ))  # fmt: skip
    monkeypatch.setattr(metadata, "entry_points", lambda group: points if group == registry.GROUP else ())


def test_that_an_unknown_scheme_is_a_sentence_with_the_known_ones() -> None:
    with pytest.raises(UnknownSchemeError, match=r"gopher: is no kind of source; there are .*haproxy"):
        source_address("gopher://h/r")


def test_that_a_text_without_a_scheme_is_no_address() -> None:
    with pytest.raises(UnknownSchemeError, match="write SCHEME:ADDRESS"):
        source_address("/run/haproxy.sock")
    assert scheme_of("./a/b.toml") is None


def test_that_a_kind_of_ours_is_found_without_being_opened(tmp_path: Path) -> None:
    found = source_address(f"haproxy:unix:{tmp_path}/nothing.sock")
    assert str(found) == f"haproxy:unix:{tmp_path}/nothing.sock"
    assert "nothing.sock" in found.meaning


@pytest.mark.usefixtures("another_distribution")
def test_that_other_distributions_give_kinds_by_entry_points() -> None:
    assert "racks" in known_schemes()
    assert source_address("racks:7").meaning == "reaches racks 7"


@pytest.mark.usefixtures("another_distribution")
def test_that_a_target_written_wrong_is_said_with_an_example() -> None:
    with pytest.raises(LinkError, match=r"'racks:x' is no address of a rack controller: 'x' is not.*racks:7"):
        source_address("racks:x")


@pytest.mark.usefixtures("another_distribution")
def test_that_a_kind_under_another_name_is_refused() -> None:
    with pytest.raises(LinkError, match="is no kind of source of this name"):
        source_address("other:7")


@pytest.mark.usefixtures("another_distribution")
def test_that_a_package_that_is_missing_is_named_with_what_installs_it() -> None:
    with pytest.raises(LinkError, match="needs the Python package no_such_module_here, which is not installed"):
        source_address("lost:7")


def test_that_a_kind_that_only_looks_is_never_opened_to_act(tmp_path: Path) -> None:
    address = registry.SourceAddress(RACKS, "7")
    with pytest.raises(LinkError, match="can only be looked at"):
        asyncio.run(address.actor(Opening("pat", tmp_path)))


@pytest.mark.usefixtures("another_distribution")
def test_that_a_ledger_is_of_the_kind_that_its_address_names(tmp_path: Path) -> None:
    opened.clear()
    source = Source("racks:7", ledger="shelf:3", tls=Tls(ca="fleet.pem"), ledger_tls=Tls(ca="ledger.pem"))
    open_live(tmp_path / "shop.toml", source, tmp_path, "pat", lambda line: None)
    ((target, opening),) = opened
    assert (target, opening.operator, opening.tls.ca) == ("3", "pat", "ledger.pem")


@pytest.mark.usefixtures("another_distribution")
@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (Source("racks:7", ledger="racks:7"), "racks:7: a rack controller keeps no ledger; leave ledger out"),
        (Source("racks:7", ledger="gopher:7"), "gopher: is no kind of source; there are .*shelf"),
        (Source("racks:7", graph="shelf:7"), "shelf:7: a shelf of ledgers sees no calls; leave graph out"),
    ],
)
def test_that_a_part_whose_kind_has_none_is_said_before_anything_is_reached(
    tmp_path: Path, source: Source, sentence: str
) -> None:
    with pytest.raises(LinkError, match=sentence):
        open_live(tmp_path / "shop.toml", source, tmp_path, "pat", lambda line: None)


@pytest.mark.usefixtures("another_distribution")
def test_that_a_kind_without_servers_says_so(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match="shelf:7: a shelf of ledgers lists no servers; name another kind"):
        asyncio.run(source_address("shelf:7").reader(Opening("pat", tmp_path)))
