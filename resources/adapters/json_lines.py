"""What both example adapters share: requests as lines of JSON on stdin, answers and notifications on stdout."""

import json
import os
import select
import sys
import time

METHODS = ("hello", "load", "remove", "restore", "outcome", "stop", "resume", "cancel")


def send(**message):
    """Write one message; waits while the console does not read."""
    data = json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":")).encode() + b"\n"
    while data:
        data = data[os.write(1, data) :]


class Adapter:
    """A revision that rises with what is told, and the answers that are alike in every adapter."""

    def __init__(self, revision=0):
        self.revision, self.told, self.operator = revision, 0.0, "?"

    def greeting(self, params, name, region, heartbeat_s, **abilities):
        if 1 not in params["protocol"]:
            raise ValueError("this adapter speaks version 1 of the protocol")
        self.operator = params["operator"]
        return {"protocol": 1, "name": name, "region": region, "identity": f"{self.operator}@{name}",
                "abilities": abilities, "heartbeat_s": heartbeat_s}  # fmt: skip

    def loaded(self, number, servers):
        """Send *servers* as (name, place, supports, letter), ten thousand at a time, and give the answer to the load."""
        racks = {place: at for at, place in enumerate(dict.fromkeys(place for _, place, _, _ in servers))}
        sets = {supports: at for at, supports in enumerate(dict.fromkeys(supports for _, _, supports, _ in servers))}
        send(
            method="load/head",
            params={"id": number, "racks": list(racks), "profiles": list(sets), "servers": len(servers)},
        )
        for at in range(0, len(servers), 10_000):
            names, places, supports, letters = zip(*servers[at : at + 10_000], strict=True)
            send(method="load/chunk", params={"id": number, "at": at, "names": names, "rack": [racks[one] for one in places],
                 "profile": [sets[one] for one in supports], "state": "".join(letters)})  # fmt: skip
        return {"revision": str(self.revision), "time": time.time()}

    def event(self, revision, **facts):
        """Tell what happened up to a revision; nothing at all, at the revision of before, is a heartbeat."""
        params = {"previous": str(self.revision), "revision": str(revision), "time": time.time(), **facts}
        self.revision, self.told = revision, time.monotonic()
        send(method="events", params=params)

    def cancel(self, number, params):
        return True  # every wave is done or refused before the next request is read


def keep(path, value):
    """Write a file whole, or leave it as it was: also in a power cut."""
    part = path.with_suffix(".part")
    with part.open("w") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def refused(wave, code, why):
    return {"wave": wave["wave"], "answers": [[name, "refused"] for name in wave["servers"]], "refusals": [[code, why]]}


def serve(adapter, pause_s=0.1):
    """Call the method of *adapter* for each request until stdin ends, and its *idle* at least every *pause_s* seconds."""
    rest = b""
    while True:
        if select.select([0], [], [], pause_s)[0]:
            data = os.read(0, 1 << 16)
            if not data:
                return  # the console is gone
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                _answer(adapter, line)
        adapter.idle()


def _answer(adapter, line):
    try:
        request = json.loads(line)
        number, method = request["id"], request["method"]
    except (ValueError, KeyError, TypeError) as error:
        return send(id=None, error={"code": -32700, "message": f"this is no request: {error!r}"})
    if method == "exit":
        sys.exit(0)
    if method not in METHODS:
        return send(id=number, error={"code": -32601, "message": f"there is no method {method}"})
    try:
        return send(id=number, result=getattr(adapter, method)(number, request.get("params")))
    except (ValueError, KeyError, TypeError) as error:
        return send(id=number, error={"code": -32602, "message": str(error)})
