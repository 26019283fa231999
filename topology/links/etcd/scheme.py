"""The scheme `etcd:` of the registry: regions in etcd, and ledgers that consoles share there."""

from dataclasses import replace

from topology.etcd.address import EXAMPLE, parse_address
from topology.etcd.client import EtcdClient
from topology.etcd.login import user_of
from topology.fleet.reasons.looking import PrefixRightMissing
from topology.links.etcd.actor import EtcdActor
from topology.links.etcd.reader import EtcdReader
from topology.links.registry import Opening, Scheme
from topology.records.ledger.etcd.etcd_ledger import ledger_at
from topology.records.ledger.protocol import Ledger


async def open_reader(target: str, opening: Opening) -> EtcdReader:
    """Open a region to look at; it is reached when it is read.

    Raises:
        LinkError: a certificate cannot be read.
    """
    address = parse_address(target)
    return EtcdReader(address, EtcdClient(address.members, opening.tls), _operator(opening))


async def open_actor(target: str, opening: Opening) -> EtcdActor:
    """Open a region to act on; a user who may only look gets one that says so.

    Raises:
        LinkError: it cannot be reached, or a certificate cannot be read.
    """
    address, operator = parse_address(target), _operator(opening)
    client = EtcdClient(address.members, opening.tls)
    actor = EtcdActor(address, client, operator)
    if await client.is_guarded() and not (operator and await client.may_write(operator, address.prefix)):
        why = PrefixRightMissing(operator, address.prefix)
        actor.abilities = replace(actor.abilities, only_looks=why)
    return actor


def _operator(opening: Opening) -> str:
    return user_of(opening.tls)


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
    open_reader,
    open_actor,
    extra="etcd",
    cautions=_cautions,
    ledger=_ledger,
    who=_operator,
)
