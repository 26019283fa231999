"""Reads `[status_page]` of a description: the page for those outside, and where it is published."""

from collections.abc import Collection
from urllib.parse import urlsplit

from topology.region.public.policy import PublishTarget, StatusPagePolicy, TargetKind
from topology.region.region import Subsystem, shown
from topology.region.tables import Table

_KEYS = {"title", "address", "every", "promise", "hold", "needs", "titles", "targets"}
_TARGET_KEYS = {"name", "to", "read", "needs", "ground", "region", "environment", "ca"}
_A_PLACE = '"folder:/srv/www/status", "s3:https://HOST/BUCKET/PREFIX" or "put:https://HOST/PATH/"'


def read_status_page(top: Table, subsystems: tuple[Subsystem, ...]) -> StatusPagePolicy | None:
    """Read the policy; None where nothing is stated. Problems are noted with their places."""
    if top.get("status_page") is None:
        return None
    table = top.table("status_page")
    table.only(_KEYS)
    names = {one.name for one in subsystems}
    usual = StatusPagePolicy("")
    every = table.seconds("every", usual.every_s)
    promise = None if table.get("promise") is None else table.seconds("promise", every)
    if promise is not None and promise < every:
        table.problem("promise", "is shorter than every, so that it could never be kept; write at least twice as long")
    targets = tuple(filter(None, (_target(one, names) for one in table.tables("targets"))))
    _check_distinct(table, targets)
    return StatusPagePolicy(
        table.text("title") or "Status",
        _address(table, "address"),
        every,
        promise,
        table.seconds("hold", usual.hold_s),
        _needs(table, names),
        _titles(table, {one.service for one in subsystems if one.service}),
        targets,
    )


def _target(table: Table, names: Collection[str]) -> PublishTarget | None:
    table.only(_TARGET_KEYS)
    name, kind, address = table.name("name"), *_place(table)
    target = PublishTarget(
        name,
        kind,
        address,
        _address(table, "read"),
        _needs(table, names),
        table.text("ground"),
        table.text("region") or "us-east-1",
        table.text("environment"),
        table.text("ca"),
    )
    if target.environment and not (target.environment.isascii() and target.environment.isidentifier()):
        table.problem("environment", f'is {shown(target.environment)}; write how the variables begin, as in "STATUS_A"')
    return target if name and address else None


def _place(table: Table) -> tuple[TargetKind, str]:
    written = table.text("to")
    word, _, address = written.partition(":")
    kinds = {kind.value: kind for kind in TargetKind}
    if word not in kinds or not address:
        table.problem("to", f"is {shown(written) if written else 'missing'}; write {_A_PLACE}")
        return TargetKind.FOLDER, ""
    if kinds[word] is TargetKind.FOLDER:
        if not address.startswith("/"):
            table.problem(
                "to", f'is {shown(written)}; a folder is named by its whole path, as in "folder:/srv/www/status"'
            )
        return TargetKind.FOLDER, address.rstrip("/") or "/"
    what = _wrong_url(address)
    if not what and kinds[word] is TargetKind.S3 and not urlsplit(address).path.strip("/"):
        what = "names no bucket"
    if what:
        table.problem("to", f"is {shown(written)}, which {what}; write {_A_PLACE}")
    return kinds[word], address.rstrip("/") + "/"


def _address(table: Table, key: str) -> str:
    written = table.text(key)
    if not written:
        return ""
    if what := _wrong_url(written):
        table.problem(key, f'is {shown(written)}, which {what}; write such as "https://status.example.org/"')
    return written.rstrip("/") + "/"


def _wrong_url(text: str) -> str:
    """Say what is wrong with an address; empty where nothing is."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return "is no address"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "is no http or https address"
    if parts.username is not None or parts.password is not None:
        return "holds credentials, which belong into the environment"
    return "has a query or a fragment" if parts.query or parts.fragment else ""


def _needs(table: Table, names: Collection[str]) -> tuple[str, ...]:
    found = table.names("needs")
    for name in found:
        if name not in names:
            table.problem("needs", f"names {shown(name)}, which is not a subsystem here")
    return tuple(name for name in found if name in names)


def _titles(table: Table, services: Collection[str]) -> tuple[tuple[str, str], ...]:
    titles = table.table("titles", required=False)
    for service in titles.written:
        if service not in services:
            known = ", ".join(sorted(services)) or "none: no subsystem states a service"
            titles.problem(service, f"is no service of the region; known are {known}")
    return tuple((service, titles.text(service)) for service in titles.written)


def _check_distinct(table: Table, targets: tuple[PublishTarget, ...]) -> None:
    for number, target in enumerate(targets):
        if any(other.name == target.name for other in targets[:number]):
            table.problem("targets", f"names {shown(target.name)} twice; names are unique")
        elif any((other.kind, other.address) == (target.kind, target.address) for other in targets[:number]):
            table.problem("targets", f"names one place twice, the second time as {shown(target.name)}")
