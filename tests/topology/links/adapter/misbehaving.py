"""An adapter that misbehaves in one way, named by its first argument; a folder for its memory is the second.

Run by the tests as a real child. Two servers, n1 and n2, both of index; a wave that was done is a file in the folder.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HOW, FOLDER = (sys.argv[1], Path(sys.argv[2])) if __name__ == "__main__" else ("", Path())
HEARTBEAT = 0.2
WRONG_CHUNKS: dict[str, dict[str, Any]] = {
    "escape in a name": {"names": ["n1", "\x1b[31mn2"]},
    "line break in a name": {"names": ["n1", "n2\nn3"]},
    "name twice": {"names": ["n1", "n1"]},
    "position outside": {"rack": [0, 7]},
    "negative position": {"profile": [0, -1]},
    "huge position": {"rack": [0, 10**30]},
    "unknown state": {"state": "sx"},
    "state missing": {"state": "s"},
    "state of another alphabet": {"state": "s\u0455"},
    "chunk out of order": {"at": 1},
    "column of another type": {"rack": ["0", "0"]},
    "column too short": {"profile": [0]},
}
WRONG_EVENTS: dict[str, dict[str, Any]] = {
    "event of nobody": {"servers": ["n9"], "states": "r"},
    "join of who is there": {"joined": [{"name": "n1", "rack": ["a", "b", "c"], "supports": [], "state": "s"}]},
    "time of nowhere": {"servers": ["n1"], "states": "r", "time": -1},
    "supports nothing countable": {
        "moved": [{"name": "n1", "rack": ["a", "b", "c"], "supports": ["index:0"], "state": "s"}]
    },
    "facts without a revision": {"servers": ["n1"], "states": "r", "revision": "1"},
}
RAW = {
    "garbage": b"Traceback (most recent call last):\n",
    "empty line": b"\n",
    "not utf-8": b'{"jsonrpc":"2.0","method":"events\xff"}\n',
    "not json-rpc 2": b'{"jsonrpc":"1.0","method":"events","params":{}}\n',
    "deep nesting": b'{"jsonrpc":"2.0","method":"x","params":' + b"[" * 200_000 + b"\n",
    "a request": b'{"jsonrpc":"2.0","id":1,"method":"remove","params":{}}\n',
    "answer to nothing": b'{"jsonrpc":"2.0","id":4711,"result":null}\n',
    "error without a request": b'{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"what?"}}\n',
}


def send(**message: Any) -> None:
    write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")


def write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


def event(previous: int, revision: int, **more: Any) -> None:
    params = {"previous": str(previous), "revision": str(revision), "time": time.time(), **more}
    send(method="events", params=params)


def hello(number: int) -> None:
    starts = FOLDER / "starts"
    starts.write_text(f"{(starts.read_text() if starts.exists() else '')}x")
    if HOW == "no hello":
        return
    abilities = {"atomic_waves": HOW != "ignorant", "stops_mid_wave": True, "remembers_waves": True, "flies": True}
    again = len(starts.read_text()) > 1
    send(
        id=number,
        result={
            "protocol": 2 if HOW == "other version" else 1,
            "name": "\x1b]0;owned\x07odd\u202e" if HOW == "escape in its name" else "odd",
            "region": "another" if HOW == "another region" and again else "odd-1",
            "abilities": abilities,
            "heartbeat_s": HEARTBEAT,
            "weather": "fair",
        },
    )


def load(number: int) -> None:
    if HOW == "no head":
        return send(id=number, result={"revision": "1", "time": 1.0})
    servers = 3 if HOW == "servers missing" else 10**12 if HOW == "too many servers" else 2
    send(
        method="load/head",
        params={"id": number, "racks": [["a", "c", "r"]], "profiles": [["index"]], "servers": servers},
    )
    if HOW == "head twice":
        send(method="load/head", params={"id": number, "racks": [], "profiles": [], "servers": 0})
    if HOW == "events within a load":
        event(0, 1, servers=["n1"], states="r")
    chunk = {"id": number, "at": 0, "names": ["n1", "n2"], "rack": [0, 0], "profile": [0, 0], "state": "ss"}
    send(method="load/chunk", params=chunk | WRONG_CHUNKS.get(HOW, {}))
    send(id=number, result={"revision": "1", "time": time.time()})
    after_load()
    return None


def after_load() -> None:
    if HOW in WRONG_EVENTS:
        event(1, 2, **({"revision": "2"} | WRONG_EVENTS[HOW]))
    if HOW in RAW:
        write(RAW[HOW])
    if HOW == "gap in revisions":
        event(5, 6, servers=["n1"], states="r")
    if HOW == "reload":
        send(method="reload", params={"why": "the \x1b[2Jinventory was rebuilt"})
    if HOW == "unknown notification":
        send(method="applause", params=[1])
        event(1, 2, servers=["n1"], states="f", wave=None, actor="probe\x07")
    if HOW == "long line":
        for _ in range(17):
            write(b"x" * (1 << 20))
    if HOW == "flood of facts":
        for revision in range(1, 2001):
            event(revision, revision + 1, servers=["n1", "n2"] * 500, states="rs" * 500)
    if HOW == "closes its output":
        os.close(1)
        wait_for_ever()
    if HOW == "reads nothing":
        while True:
            time.sleep(HEARTBEAT / 2)  # noqa: TID251 - this is a program of its own
            event(1, 1)
    if HOW == "silent":
        wait_for_ever()


def wait_for_ever() -> None:
    while True:
        select.select([], [], [], 60)


def answer(wave: str, word: str, name: str = "n1") -> dict[str, Any]:
    return {"wave": wave, "answers": [[name, word]]}


def remove(number: int, params: dict[str, Any]) -> None:
    wave = params["wave"]
    (FOLDER / "asked").write_text(json.dumps(params))
    if HOW == "dies before the act":
        os.kill(os.getpid(), signal.SIGKILL)
    if HOW == "no method":
        return send(id=number, error={"code": -32601, "message": "no \x1b[1mremove here"})
    if HOW == "breaks inside":
        return send(id=number, error={"code": -32603, "message": "disk full"})
    (FOLDER / f"wave-{wave}").touch()
    if HOW == "dies after the act":
        os.kill(os.getpid(), signal.SIGKILL)
    if HOW == "never answers":
        return None
    if HOW == "neither result nor error":
        return send(id=number)
    said = {
        "other wave": answer("X.1", "done"),
        "other server": answer(wave, "done", "n7"),
        "other word": answer(wave, "perhaps"),
        "null answer": None,
        "nan": {**answer(wave, "done"), "retry_after_s": -5},
        "leaves one out": {"wave": wave, "answers": []},
        "coloured refusal": {**answer(wave, "refused"), "refusals": [["floor", "\x1b[31mred\x1b[0m\nnew line"]]},
    }
    return send(id=number, result=said.get(HOW, answer(wave, "done")))


def outcome(number: int, params: dict[str, Any]) -> None:
    done = (FOLDER / f"wave-{params['wave']}").exists()
    if params["abandon"] and not done:
        (FOLDER / f"abandoned-{params['wave']}").touch()
    send(id=number, result=answer(params["wave"], "done") if done else None)


def main() -> None:
    if HOW == "crashes at once":
        for line in range(30):
            sys.stderr.write(f"line {line}: the \x1b[31mdatabase is gone\n")
        sys.exit(3)
    if HOW == "leaves a child":
        child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
        (FOLDER / "child").write_text(str(child.pid))
    if HOW == "will not end":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if HOW == "floods its log":
        for line in range(200_000):
            sys.stderr.write(f"line {line} {'.' * 40}\n")
        sys.stderr.flush()
    if HOW == "tells its surroundings":
        ends = sorted(int(number) for number in os.listdir("/proc/self/fd"))  # noqa: PTH208 - numbers
        seen = {
            "environment": dict(os.environ),
            "folder": str(Path.cwd()),
            "ends": ends,
            "session": os.getsid(0) == os.getpid(),
        }
        (FOLDER / "seen").write_text(json.dumps(seen))
    rest = b""
    while True:
        ready = select.select([0], [], [], HEARTBEAT / 2)[0]
        data = os.read(0, 1 << 16) if ready else None
        if data == b"" and HOW != "will not end":
            return
        if data == b"":
            wait_for_ever()
        *lines, rest = (rest + (data or b"")).split(b"\n")
        for line in lines:
            request = json.loads(line)
            number, method, params = request["id"], request["method"], request.get("params")
            with (FOLDER / "heard").open("a") as heard:
                heard.write(f"{method} {json.dumps(params)}\n")
            if method == "hello":
                hello(number)
            elif method == "load":
                load(number)
            elif method == "remove":
                remove(number, params)
            elif method == "outcome":
                outcome(number, params)
            elif method == "stop":
                send(id=number, result=["n1", "\x1b[31m"] if HOW == "odd stop" else ["n1"])
            elif method == "exit" and HOW != "will not end":
                return
        if not lines and HOW not in ("flood of facts", "reload"):
            event(1, 1)


if __name__ == "__main__":
    main()
