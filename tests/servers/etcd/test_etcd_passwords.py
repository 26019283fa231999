"""A user who logs in with a password: acts under that name, and goes on when members forget the token."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.servers.etcd.cluster import Cluster, needs_etcd
from tests.servers.haproxy.rig import wait_until
from topology.etcd.address import EtcdAddress
from topology.etcd.client import EtcdClient
from topology.etcd.errors import EtcdError
from topology.etcd.values import Put
from topology.records.ledger.etcd.etcd_ledger import ledger_at
from topology.region.description import RegionError, read_region
from topology.region.source import Tls

pytestmark = needs_etcd()


def of_pat(cluster: Cluster, folder: Path, password: str = "secret") -> Tls:
    """Log in as pat; the certificate alone is of somebody who may do nothing."""
    file = folder / "password"
    file.write_text(password + "\n")
    file.chmod(0o600)
    return replace(cluster.tls("nobody"), user="pat", password_file=str(file))


@pytest.fixture
def with_pat(own_etcd: Cluster) -> Cluster:
    own_etcd.ctl("user", "add", "pat:secret")
    own_etcd.ctl("user", "grant-role", "pat", "operator")
    return own_etcd


def test_that_a_user_acts_under_their_name_and_goes_on_when_members_forget_the_token(with_pat: Cluster, tmp_path: Path):
    async def work() -> None:
        ledger = ledger_at(EtcdAddress(with_pat.members, "/t/pw/"), of_pat(with_pat, tmp_path))
        assert ledger.operator == "pat"
        state = await ledger.open("r-1", ())
        assert ledger.only_looks is None
        token = ledger._client._login.token
        watcher = EtcdClient(with_pat.members, of_pat(with_pat, tmp_path))
        async with aclosing(watcher.watch("/t/pw/stops/", state.revision)) as batches:  # type: ignore[type-var]
            await anext(batches)
            await asyncio.to_thread(_restart, with_pat)
            await ledger.stop("E", "pat")
            async for batch in batches:
                if batch.events:
                    break
        assert ledger._client._login.token != token
        assert (await ledger.read()).is_stopped("E")
        await ledger.aclose()
        await watcher.aclose()

    asyncio.run(asyncio.wait_for(work(), 90))


def _restart(cluster: Cluster) -> None:
    for at in range(cluster.count):
        cluster.kill(at)
        cluster.start_member(at)
    wait_until(lambda: cluster.ctl("endpoint", "health", check=False) == 0, cluster.log, 40.0)


def test_that_a_wrong_password_and_one_that_others_may_read_are_sentences(with_pat: Cluster, tmp_path: Path):
    async def asked(tls: Tls) -> None:
        client = EtcdClient(with_pat.members, tls)
        try:
            await client.txn((), (Put("/t/a"),))
        finally:
            await client.aclose()

    with pytest.raises(EtcdError, match="authentication failed, invalid user ID or password"):
        asyncio.run(asked(of_pat(with_pat, tmp_path, "guessed")))
    tls = of_pat(with_pat, tmp_path)
    Path(tls.password_file).chmod(0o644)
    with pytest.raises(EtcdError, match="others may read this password; chmod 600 it"):
        asyncio.run(asked(tls))


def test_that_a_user_without_a_password_file_is_a_problem_of_the_description():
    text = 'format = 1\n[region]\nname = "a"\nzones = ["z"]\n[source]\nfleet = "etcd://h:1/a/"\n[source.tls]\nuser = "pat"\n'
    with pytest.raises(
        RegionError, match=r"password_file is missing; a user and the file with the password go together"
    ):
        read_region(text, "a.toml")
