"""Files that are begun on a nearly full disk: complete or not at all, and nothing left beside them."""

import subprocess
import sys
from pathlib import Path

import pytest

_BEGIN = """
import resource, signal, sys
from pathlib import Path
from topology.links.acts import ActsFile
from topology.records.clock import ManualClock, SteadyClock
from topology.records.ledger.store import LedgerStore
from topology.region.errors import LinkError

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder, open_ledger = Path(sys.argv[1]), sys.argv[2] == "ledger"

def opened(path):
    if open_ledger:
        store = LedgerStore(path, SteadyClock(ManualClock(1.0)))
        store.open("r", (), b"")
    else:
        store = ActsFile(path)
        store.open()
        store.since(0), store.epoch(), store.kept_head("journal")
    store.close()

refused = 0
for room in range(0, 200, 4):
    path = folder / str(room) / "state" / "file.db"
    resource.setrlimit(resource.RLIMIT_FSIZE, (room * 1024, resource.RLIM_INFINITY))
    try:
        opened(path)
    except LinkError as error:
        refused += 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    left = [name.name for name in path.parent.iterdir() if name.name.startswith(".")]
    assert not left, (room, left)
    opened(path)
print(refused)
"""


@pytest.mark.parametrize("kind", ["acts", "ledger"])
def test_that_what_is_begun_on_a_nearly_full_disk_is_whole_or_not_there(tmp_path: Path, kind: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _BEGIN, str(tmp_path), kind], capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert int(ran.stdout) > 2
