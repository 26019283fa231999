"""An adapter of so many servers, as quick as the standard library allows: big_adapter.py SERVERS. Its fleet is made up."""

import json
import os
import sys
import time

SERVERS = int(sys.argv[1])
BATCH = 1000


def write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


def line(message: dict[str, object]) -> bytes:
    return json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":")).encode() + b"\n"


NAMES = [f"srv-{at:07}" for at in range(SERVERS)]
RACKS = [[f"az{at % 3}", f"c{at % 30}", f"r{at}"] for at in range(max(1, SERVERS // 40))]
CHUNKS = []
for start in range(0, SERVERS, 10_000):
    names = NAMES[start : start + 10_000]
    places = [at // 40 % len(RACKS) for at in range(start, start + len(names))]
    CHUNKS.append({"at": start, "names": names, "rack": places, "profile": [0] * len(names), "state": "s" * len(names)})


def load(number: int) -> None:
    write(
        line(
            {
                "method": "load/head",
                "params": {"id": number, "racks": RACKS, "profiles": [["index"]], "servers": SERVERS},
            }
        )
    )
    for chunk in CHUNKS:
        write(line({"method": "load/chunk", "params": {"id": number, **chunk}}))
    write(line({"id": number, "result": {"revision": "0", "time": time.time()}}))


def flood(batches: int) -> None:
    """Tell batches of changes, written down beforehand so that it is the console that is measured."""
    lines = []
    for revision in range(batches):
        start = revision * BATCH % SERVERS
        names = NAMES[start : start + BATCH]
        params = {
            "previous": str(revision),
            "revision": str(revision + 1),
            "time": 1.0,
            "servers": names,
            "states": "d" * len(names),
        }
        lines.append(line({"method": "events", "params": params}))
    write(b"".join(lines))


for text in sys.stdin.buffer:
    request = json.loads(text)
    number, params = request["id"], request.get("params") or {}
    began = time.perf_counter()
    if request["method"] == "hello":
        write(line({"id": number, "result": {"protocol": 1, "name": "big", "region": "big", "heartbeat_s": 60}}))
    elif request["method"] == "load":
        load(number)
    elif request["method"] == "resume":
        write(line({"id": number, "result": None}))
        flood(int(params["execution"]))
    elif request["method"] == "remove":
        answers = [[name, "done"] for name in params["servers"]]
        took = time.perf_counter() - began
        write(line({"id": number, "result": {"wave": params["wave"], "answers": answers, "took_s": took}}))
