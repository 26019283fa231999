"""What can be wrong with etcd, each with one sentence: what was tried, why not, what to do."""

from topology.region.errors import LinkError


class EtcdError(LinkError):
    """Something could not be asked of etcd, or was refused."""


class UnreachableError(EtcdError):
    """No member answered in time, or the members have no leader. Whether what was asked happened is not known."""


class DeniedError(EtcdError):
    """The user may not do this here."""


class FullError(EtcdError):
    """The members take no more data until their administrators make room."""


class CompactedError(EtcdError):
    """What is asked for is so old that etcd has forgotten it: everything is to be read again."""
