"""Which live regions this operator trusts: opening a file must not run a program or reach an address unasked.

A path is trusted with the digest of its `[source]`: another path, or a change of the source, asks again. What is asked
says what would be run or reached, and whose file says so.
"""

import shlex
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from console.operating.procedures.playbooks import own_folder
from topology.links.registry import source_address
from topology.machine.system import account_name, is_current_group, is_trusted_owner
from topology.records.files import write_whole
from topology.region.errors import LinkError
from topology.region.source import Source

FILE = "trusted.json"
FORMAT = 1
_RUNS = "exec"
_LOOPBACK = ("127.", "localhost", "[::1]", "::1")


class TrustError(Exception):
    """What is trusted cannot be kept or read: one sentence with what was tried, why not, and what to do."""


@dataclass(frozen=True, slots=True)
class TrustRequest:
    """What trusting a region means, for people: *facts* are sentences, *cautions* those that need a second look."""

    path: Path
    digest: str
    facts: tuple[str, ...]
    cautions: tuple[str, ...]


class _Kept(msgspec.Struct, forbid_unknown_fields=True):
    format: int
    trusted: dict[str, str]


class Trust:
    """The regions trusted so far, in one file of the operator's configuration."""

    def __init__(self, folder: Path | None = None) -> None:
        self.path = (folder or own_folder().parent) / FILE

    def holds(self, path: Path, source: Source) -> bool:
        """Say whether this path was trusted with exactly this source; what cannot be read trusts nothing."""
        return self.knows(str(path.resolve()), source.digest)

    def knows(self, name: str, digest: str) -> bool:
        """Say whether what is called *name* was trusted as it is now; what cannot be read trusts nothing."""
        try:
            return self._read().get(name) == digest
        except TrustError:
            return False

    def add(self, path: Path, source: Source) -> None:
        """Trust a path with the source that it states now.

        Raises:
            TrustError: it could not be kept.
        """
        self.keep({str(path.resolve()): source.digest})

    def keep(self, digests: Mapping[str, str]) -> None:
        """Trust what has these names as it is now.

        Raises:
            TrustError: it could not be kept.
        """
        trusted = {**self._read(), **digests}
        data = msgspec.json.format(msgspec.json.encode(_Kept(FORMAT, trusted)), indent=2) + b"\n"
        try:
            write_whole(self.path, data)
        except OSError as error:
            raise TrustError(
                f"{self.path}: what is trusted could not be kept: {error.strerror}; make room there"
            ) from error

    def _read(self) -> dict[str, str]:
        try:
            kept = msgspec.json.decode(self.path.read_bytes(), type=_Kept)
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.DecodeError, RecursionError) as error:
            raise TrustError(
                f"{self.path}: what is trusted cannot be read ({error}); move the file away, and trust your regions again"
            ) from error
        if kept.format != FORMAT:
            raise TrustError(f"{self.path}: has format {kept.format}; this version reads format {FORMAT}")
        return kept.trusted


def request_of(path: Path, source: Source) -> TrustRequest:
    """Say what opening this region would run or reach, and whose file states it."""
    real = path.resolve()
    return TrustRequest(real, source.digest, tuple(_facts(real, source)), tuple(_cautions(real, source)))


def _facts(path: Path, source: Source) -> list[str]:
    found = [f"The description is {path}, of {account_name(path.stat().st_uid)}."]
    if source.scheme == _RUNS:
        program, *arguments = _words(source.fleet.partition(":")[2]) or [""]
        given = f" with {shlex.join(arguments)}" if arguments else ""
        found.append(f"It runs the program {program}{given}, as you, for as long as the region is open.")
    else:
        found.append(f"It {_meaning(source.fleet)}.")
    if source.graph:
        found.append(f"It reads who calls whom from {source.graph}.")
    if source.ledger:
        found.append(f"It shares its ledger with other operators at {source.ledger}.")
    if source.environment:
        found.append(f"It hands on these variables of yours: {', '.join(source.environment)}.")
    for name, tls in (("source", source.tls), ("ledger", source.ledger_tls), ("graph", source.graph_tls)):
        if tls.key:
            found.append(f"It uses the {name} certificate {tls.certificate} with the key {tls.key}.")
        if tls.user:
            found.append(f"It logs in as {tls.user} with the password in {tls.password_file}.")
    found.append(
        "It only looks: nothing can be removed."
        if source.read_only
        else "It can remove servers, once you confirm a plan."
    )
    return found


def _meaning(fleet: str) -> str:
    """Say what a fleet's address means, as its kind does; what is wrong with one, opening it says."""
    try:
        return source_address(fleet).meaning
    except LinkError:
        return f"reaches the servers through {fleet}"


def _cautions(path: Path, source: Source) -> list[str]:
    found = []
    for place in (path, path.parent):
        mode = place.stat().st_mode
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            found.append(f"Anybody on this machine may write {place}.")
        elif mode & stat.S_IWGRP and not is_current_group(place.stat().st_gid):
            found.append(f"A group may write {place}.")
    if not is_trusted_owner(path.stat().st_uid):
        found.append(f"{path} belongs to {account_name(path.stat().st_uid)}, not to you.")
    open_to_all = "is not encrypted, and not on this machine: whoever is on the way can read and change it"
    addresses = (source.fleet, source.graph, source.ledger)
    found += [f"{address} {open_to_all}." for address in addresses if _is_plain_web(address)]
    secured = ((source.fleet, source.tls), (source.ledger, source.ledger_tls))
    found += [f"{address} {open_to_all}." for address, tls in secured if _is_plain_etcd(address) and not tls.ca]
    return [*found, *dict.fromkeys(caution for address in addresses if address for caution in _of_its_kind(address))]


def _of_its_kind(address: str) -> tuple[str, ...]:
    """Give what its kind of source has to say of an address; what is wrong with one, opening it says."""
    try:
        return source_address(address).cautions
    except LinkError:
        return ()


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # a quote that is not closed; the source itself will say so when it is opened
        return text.split()


def _is_plain_etcd(address: str) -> bool:
    members = address.removeprefix("etcd://").partition("/")[0].split(",")
    return address.startswith("etcd://") and not all(member.startswith(_LOOPBACK) for member in members)


def _is_plain_web(address: str) -> bool:
    _, plain, rest = address.partition("http://")
    return bool(plain) and not rest.startswith(_LOOPBACK)
