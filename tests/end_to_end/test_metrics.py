"""The console's own figures, as a Prometheus reads them from the running program."""

import re
import socket
import urllib.error
import urllib.request

from tests.end_to_end.driver import CALM, Desk
from tests.end_to_end.screens import until

NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _read(port: int) -> str:
    try:
        with NO_PROXY.open(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            return str(answer.read().decode())
    except urllib.error.URLError:
        return ""


def _figure(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_that_what_the_console_refused_can_be_read_while_it_runs(desk: Desk) -> None:
    port = _free_port()
    console = desk.start(CALM, "--metrics", f"127.0.0.1:{port}")
    console.type("remove 400 servers from billing")

    until(lambda: _figure(_read(port), 'underkeel_refusals_total{code="floor"}') >= 1, "a refusal is counted")
    text = _read(port)
    assert _figure(text, 'underkeel_plans_total{verdict="blocked"}') >= 1
    assert _figure(text, "underkeel_source_connected") == 1
    assert _figure(text, "underkeel_loop_gap_seconds_count") > 0
    assert len(set(re.findall(r'code="([^"]+)"', text))) < 30
