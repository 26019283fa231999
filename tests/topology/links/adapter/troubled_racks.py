"""The shipped adapter with one trouble, named by the first argument: slow, a clock that is wrong, or credentials that do not do."""

import os
import sys
import threading
import time
from pathlib import Path

import resources

sys.path.insert(0, str(Path(str(resources.path("adapters")))))
import json_lines
import racks_sqlite

SLOW_S = 2.0
_answer, _hello, _remove, _now = json_lines._answer, racks_sqlite.Racks.hello, racks_sqlite.Racks.remove, time.time


def _slowly(adapter: object, line: bytes) -> None:
    threading.Event().wait(SLOW_S)
    _answer(adapter, line)


def _without_token(self: object, number: int, params: dict[str, object]) -> object:
    if "RACKS_TOKEN" not in os.environ:
        raise ValueError("RACKS_TOKEN is not set; write environment = [...] under [source]")
    return _hello(self, number, params)


def _refused(why: str) -> object:
    def remove(self: object, number: int, params: dict[str, object]) -> object:
        raise ValueError(why)

    return remove


def main() -> None:
    trouble = sys.argv.pop(1)
    if trouble == "slow":
        json_lines._answer = _slowly
    elif trouble == "an hour ahead":
        time.time = lambda: _now() + 3600  # type: ignore[assignment]
    elif trouble == "needs a token":
        racks_sqlite.Racks.hello = _without_token
    elif trouble == "expired":
        racks_sqlite.Racks.remove = _refused("the token of op1 expired an hour ago; get another one")
    elif trouble == "may only look":
        racks_sqlite.Racks.remove = _refused("op1 may look at this inventory, and not change it")
    racks_sqlite.main()


if __name__ == "__main__":
    main()
