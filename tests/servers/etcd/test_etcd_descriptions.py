"""Regions in etcd as their operators have them: a description with certificates, trusted and opened like any other."""

import asyncio
import io
from pathlib import Path

import pytest

from console.operating.regions import address_of, folder_of, open_link
from console.operating.trusting.trust import request_of
from console.terminal.trust_command import trust_command
from console.words.anew.looking import looks_sentence
from tests.servers.etcd.cluster import Cluster, needs_etcd
from tests.servers.etcd.regions import TEXT, act_of, seeded
from topology.links.protocol import Answer
from topology.region.description import read_region

pytestmark = needs_etcd()


def written(folder: Path, cluster: Cluster, prefix: str, user: str, *, ledger: bool) -> Path:
    tls = cluster.tls(user)
    paths = f'ca = "{tls.ca}"\ncertificate = "{tls.certificate}"\nkey = "{tls.key}"\n'
    kept = f'ledger = "{cluster.address(f"{prefix}ledger/")}"\n' if ledger else ""
    source = f'[source]\nfleet = "{cluster.address(f"{prefix}fleet/")}"\n{kept}read_only = false\n[source.tls]\n{paths}'
    source += f"[source.ledger_tls]\n{paths}" if ledger else ""
    path = folder / f"{user}.toml"
    path.write_text(TEXT[: TEXT.index("[[pool]]")] + source)
    assert trust_command(path, True, io.StringIO(), io.StringIO(), io.StringIO()) == 0
    return path


@pytest.mark.parametrize("ledger", [True, False], ids=["ledger in etcd", "ledger in a file"])
def test_that_an_operators_description_acts_and_a_viewers_only_looks(
    cluster: Cluster, prefix: str, tmp_path: Path, *, ledger: bool
):
    async def work() -> None:
        async with seeded(cluster, f"{prefix}fleet/"):
            for user, may in (("op1", True), ("eve", False)):
                path = written(tmp_path, cluster, prefix, user, ledger=ledger)
                address = address_of(str(path))
                link = open_link(address, folder_of(address))
                assert link.operator == user
                state = await link.load()
                assert len(state.region.roster) == 44
                assert link.operator == user
                assert bool(link.only_looks) is not may
                outcome = await link.remove(act_of(link, "index-0001"))
                assert outcome.servers(Answer.DONE if may else Answer.REFUSED) == ("index-0001",)
                assert may or looks_sentence(link.only_looks).startswith("read-only: e")
                await link.aclose()

    asyncio.run(asyncio.wait_for(work(), 60))


def test_that_what_is_trusted_names_the_members_the_prefix_and_the_certificates(
    cluster: Cluster, prefix: str, tmp_path: Path
):
    path = written(tmp_path, cluster, prefix, "op1", ledger=True)
    source = read_region(path.read_text(), str(path)).source
    assert source is not None
    told = " ".join(request_of(path, source).facts)
    assert f"It shares its ledger with other operators at {cluster.address(f'{prefix}ledger/')}." in told
    assert f"It uses the ledger certificate {cluster.tls('op1').certificate}" in told
