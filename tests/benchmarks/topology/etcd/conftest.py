"""The members of a real etcd, with TLS and users, as the tests of servers have them."""

from tests.servers.etcd.conftest import cluster, prefix

__all__ = ["cluster", "prefix"]
