"""What both example adapters share: requests as lines of JSON on stdin, answers and notifications on stdout."""

import json
import os
import select
import sys

METHODS = ("hello", "load", "remove", "restore", "outcome", "stop", "resume", "cancel")


def send(**message):
    """Write one message; waits while the console does not read."""
    data = json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":")).encode() + b"\n"
    while data:
        data = data[os.write(1, data) :]


def serve(adapter, idle, pause_s=0.1):
    """Call the method of *adapter* for each request until stdin ends, and *idle* at least every *pause_s* seconds."""
    rest = b""
    while True:
        if select.select([0], [], [], pause_s)[0]:
            data = os.read(0, 1 << 16)
            if not data:
                return  # the console is gone
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                _answer(adapter, line)
        idle()


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
