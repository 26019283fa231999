"""What can be wrong with etcd, each with one sentence: what was tried, why not, what to do."""

from topology.region.errors import LinkError


class EtcdError(LinkError):
    """Something could not be asked of etcd, or was refused."""


class UnreachableError(EtcdError):
    """No member answered in time, or the members have no leader. Whether what was asked happened is not known."""


def unreachable(members: tuple[str, ...], details: str) -> UnreachableError:
    """Say that nobody answered; *details* are what gRPC says."""
    listed = ", ".join(members)
    if "no leader" in details:
        return UnreachableError(
            f"etcd at {listed} has no leader: fewer than half of its members reach each other; try again when they do"
        )
    return UnreachableError(f"no member of etcd at {listed} answered ({details})")


class DeniedError(EtcdError):
    """The user may not do this here."""


class FullError(EtcdError):
    """The members take no more data until their administrators make room."""


class CompactedError(EtcdError):
    """What is asked for is so old that etcd has forgotten it: everything is to be read again."""
