"""Finds the region an operator names: bundled by name, or a file; and the folder where its acts and journal are kept.

Bundled data and the core do not know each other: this reads the one and passes its text to the other.
"""

import hashlib
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

import resources
from console.operating.live.operators_name import operators_name
from console.operating.trusting.trust import Trust
from topology.execution.journal_entries import JournalHead
from topology.links.acts import read_kept_head
from topology.links.live.opening import journal_mark, ledger_file, open_live
from topology.links.protocol import RegionLink
from topology.links.registry import known_schemes, scheme_of
from topology.links.simulated.simulated import FileLink, SimLink, acts_path
from topology.records.description_file import read_description, read_regular
from topology.records.ledger.keeping import read_ledger_head
from topology.records.own_folders import state_folder
from topology.records.region_cache import read_or_recall
from topology.region.decoding.toml_text import decoded_toml
from topology.region.description import LARGEST_TEXT, RegionError
from topology.region.errors import LinkError
from topology.region.region import Region
from topology.region.source import Source
from topology.region.tables import Tell, silent

_log = logging.getLogger(__name__)
EMBEDDED = "s3-us-east-1"
FILE = "region.toml"
"""What the description in a folder is called."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a region is: `sim:NAME` (bundled, simulated), or `file:PATH` (described by a file, simulated)."""

    kind: str
    target: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.target}"


def bundled() -> tuple[str, ...]:
    """Give the names of the bundled regions."""
    folder = resources.path("regions")
    return tuple(sorted(entry.name for entry in Path(folder).iterdir() if (entry / FILE).is_file()))


def address_of(text: str | None) -> Address:
    """Read an address: nothing (the embedded region), `sim:NAME`, `file:PATH`, a bundled name, or a path.

    Raises:
        RegionError: it names nothing that exists, or has a scheme that no region has.
    """
    if not text:
        return Address("sim", EMBEDDED)
    scheme = scheme_of(text)
    if scheme in _KINDS:
        return _KINDS[scheme].address(text.partition(":")[2])
    if text in bundled():
        return Address("sim", text)
    if Path(text).expanduser().exists():
        return _file_address(text)
    if scheme is not None:
        raise RegionError((_no_region(text, scheme),))
    if text.endswith(".toml") or "/" in text:
        return _file_address(text)
    raise RegionError((
        f"There is no region {text!r}{_meant(text)} Bundled are {', '.join(bundled())}; "
        "or give the path of a region file.",
    ))  # fmt: skip


def _meant(text: str) -> str:
    """Ask whether the nearest bundled name was meant; nothing where none is near."""
    near = get_close_matches(text, bundled(), 1)
    return f": did you mean {near[0]}?" if near else "."


def _file_address(text: str) -> Address:
    path = Path(text).expanduser().absolute()
    return Address("file", str(path / FILE if path.is_dir() else path))


def _no_region(text: str, scheme: str) -> str:
    """Say what an address with a scheme is that is no region's: a source is named in a description, never opened by itself."""
    sources = known_schemes()
    if scheme in sources:
        stated = f'write a description with [source] fleet = "{text}"'
        return f"{scheme}: is a kind of source, not a region: {stated}, and open that file."
    known = ", ".join(f"{name}:" for name in _KINDS)
    return (
        f"{scheme}: is no kind of region: there are {known}, and the path of a description, whose [source] may be one of "
        f"{', '.join(sources)}."
    )


def refuse_source(path: Path) -> None:
    """Refuse what was named as a file and is the address of a source: no file of that name is there.

    Raises:
        RegionError: with what to do instead.
    """
    scheme = scheme_of(str(path))
    if scheme is not None and scheme not in _KINDS and not path.exists():
        raise RegionError((_no_region(str(path).replace(":/", "://", 1), scheme),))  # a path has one stroke of two


def _bundled_address(name: str) -> Address:
    if name not in bundled():
        raise RegionError((f"There is no bundled region {name!r}{_meant(name)} There are {', '.join(bundled())}.",))
    return Address("sim", name)


def read_address(address: Address, called: str = "", tell: Tell = silent) -> Region:
    """Read the region at an address from its description, without any acts; *tell* hears how far it is.

    Raises:
        RegionError: it cannot be read; every problem is named, with the file as it is *called*.
    """
    return read_file(_KINDS[address.kind].file(address.target), called or address.target, tell)


def read_named(text: str | None, tell: Tell = silent) -> Region:
    """Read the region that an operator named, in whose words messages speak of it.

    Raises:
        RegionError: it cannot be read; every problem is named.
    """
    return read_address(address_of(text), text.removeprefix("file:").removeprefix("sim:") if text else "", tell)


def read_file(path: Path, called: str, tell: Tell = silent) -> Region:
    """Read a region file, or the one in a folder, and the fleet table beside it.

    Raises:
        RegionError: with every problem found.
    """
    if path.is_dir():
        path, called = path / FILE, str(Path(called) / FILE)
    try:
        return read_or_recall(read_description(path, called), called, tell)
    except LinkError as error:
        missing = "" if path.exists() else "; give the path of a region file"
        raise RegionError((f"{error}{missing}",)) from error


def folder_of(address: Address) -> Path:
    """Give the folder where the acts and the journal of a region are kept."""
    # The digest keeps two paths apart that look alike once cut and cleaned.
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", str(address)).strip("-")[-80:]
    slug += "-" + hashlib.sha256(str(address).encode()).hexdigest()[:8]
    return state_folder() / "regions" / slug


def file_of(address: Address) -> Path:
    """Give the file in which the region at an address is described."""
    path = _KINDS[address.kind].file(address.target)
    return path / FILE if path.is_dir() else path


def acts_of(address: Address) -> Path:
    """Give the file in which the link to a region keeps its acts, whether it is there or not."""
    return acts_path(folder_of(address), _KINDS[address.kind].acts_name(address))


def kept_head_of(address: Address, journal: str) -> JournalHead | None:
    """Give the head that a region keeps for a journal, or None: with its acts, or, of a live region, in its ledger here.

    Raises:
        LinkError: it cannot be read.
    """
    source = stated_source(Path(address.target)) if address.kind == "file" else None
    if source is None:
        return read_kept_head(acts_of(address), journal)
    if source.ledger:
        return None
    folder = folder_of(address)
    kept = read_ledger_head(ledger_file(folder, source), journal + journal_mark(folder, source))
    return None if kept is None else replace(kept, journal=journal)


def head_elsewhere(address: Address) -> str:
    """Give the address of the ledger that a live region's head is kept in, where that is not on this machine; else nothing."""
    source = stated_source(Path(address.target)) if address.kind == "file" else None
    return "" if source is None else source.ledger


def open_link(address: Address, folder: Path, *, fresh: bool = False, tell: Tell = silent) -> RegionLink:
    """Make the link to a region; its acts are kept in *folder*. *tell* hears, in whichever thread, how far its reading is.

    Raises:
        RegionError: a bundled region cannot be read. (A file is read when the link loads.)
    """
    return _KINDS[address.kind].link(address, folder, fresh, tell)


def open_to_look(address: Address, folder: Path) -> RegionLink:
    """Make a link to a region for somebody who only looks: that to a live region has no way to act.

    Raises:
        RegionError: as `open_link`.
    """
    if address.kind == "file":
        return _link_of_file(Path(address.target), folder, fresh=False, only_look=True)
    return open_link(address, folder)


def _link_of_file(path: Path, folder: Path, fresh: bool, tell: Tell = silent, *, only_look: bool = False) -> RegionLink:
    """Make the link to a described region: to its source where it states one and this operator trusts it, else simulated."""
    source = stated_source(path)
    if source is None:
        return FileLink(path, folder, fresh=fresh, tell=tell)
    if fresh:
        raise RegionError((f"{path}: is a live region, whose ledger is not forgotten by --fresh; leave it out.",))
    if not Trust().holds(path, source):
        raise RegionError((
            f"{path}: is a live region whose source you have not trusted; see what it opens with: underkeel trust {path}",
        ))  # fmt: skip
    try:
        seen = replace(source, read_only=source.read_only or only_look)
        return open_live(path, seen, folder, operators_name(), _log.info, tell)
    except LinkError as error:
        raise RegionError((f"{path}: {error}",)) from error


_MAY_STATE_SOURCE = re.compile(
    rb"""^(?:\xef\xbb\xbf)?[ \t]*+\[*+[ \t]*+(?:source\b|"source"|'source'|"[^"\\\n]*+\\)""", re.MULTILINE
)
"""A line that begins with the key `source`, or with one that has an escape and may spell it."""


def stated_source(path: Path) -> Source | None:
    """Give the source that a description states; None where it is simulated, or cannot be read (which loading it says)."""
    try:
        data, _ = read_regular(path, str(path), LARGEST_TEXT, "")
        if not _MAY_STATE_SOURCE.search(data):  # several ask at each start, and decoding a large region takes its time
            return None
        if "source" not in decoded_toml(data.decode("utf-8-sig")):
            return None
        return read_file(path, str(path)).source
    except (LinkError, RegionError, ValueError, RecursionError):
        return None


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of region: how what stands after its scheme is read, where its description is, and its link."""

    address: Callable[[str], Address]
    file: Callable[[str], Path]
    acts_name: Callable[[Address], str]
    link: Callable[[Address, Path, bool, Tell], RegionLink]


_KINDS = {
    "sim": _Kind(
        _bundled_address,
        lambda target: Path(resources.path(f"regions/{target}/{FILE}")),
        str,
        lambda address, folder, fresh, tell: SimLink(
            read_address(address, "", tell), str(address), folder, fresh=fresh
        ),
    ),
    "file": _Kind(
        _file_address,
        Path,
        lambda address: f"file:{Path(address.target).resolve()}",
        lambda address, folder, fresh, tell: _link_of_file(Path(address.target), folder, fresh, tell),
    ),
}
"""The kinds of regions, by scheme."""
