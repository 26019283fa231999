"""The scheme `etcd:` of the registry."""

from topology.etcd.address import EXAMPLE, parse_address
from topology.links.registry import Opening, Scheme
from topology.records.ledger.etcd.etcd_ledger import ledger_at
from topology.records.ledger.protocol import Ledger


def _ledger(target: str, opening: Opening) -> Ledger:
    return ledger_at(parse_address(target), opening.tls)


def _describe(target: str) -> str:
    address = parse_address(target)
    return f"reaches the etcd at {', '.join(address.members)}, and there what begins with {address.prefix}"


def _cautions(target: str) -> tuple[str, ...]:
    address = parse_address(target)
    if address.only_loopback or len(address.members) > 1:
        return ()
    return (f"{address} names one member only: while it is down nothing is known and nothing can be done.",)


SCHEME = Scheme(
    "etcd",
    "etcd",
    EXAMPLE,
    lambda target: str(parse_address(target)).removeprefix("etcd:"),
    _describe,
    extra="etcd",
    cautions=_cautions,
    ledger=_ledger,
)
