"""A real Chromium without a window, driven by its own protocol over two pipes."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

PROGRAM = shutil.which("chromium") or ""
needs_browser = pytest.mark.skipif(
    not PROGRAM, reason="Chromium is not installed; python3 packaging/servers.py installs it"
)
_OPTIONS = (
    "--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking --remote-debugging-pipe"
)


class Browser:
    """One tab. Answers come in the order of what was asked, with events in between."""

    def __init__(self, folder: Path) -> None:
        asks, self._asks = os.pipe()
        self._answers, answers = os.pipe()
        command = f"exec {PROGRAM} {_OPTIONS} --user-data-dir={folder} about:blank 3<&{asks} 4>&{answers}"
        with (folder / "chromium.log").open("ab") as log:
            self._process = subprocess.Popen(["bash", "-c", command], pass_fds=(asks, answers), stdout=log, stderr=log)
        os.close(asks)
        os.close(answers)
        self._read = os.fdopen(self._answers, "rb", buffering=0)
        self._rest = b""
        self._number = 0
        self._session = ""
        self.events: list[dict[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Log", "Runtime", "Accessibility"):
            self.ask(f"{domain}.enable")

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        os.close(self._asks)
        self._read.close()

    def ask(self, method: str, **params: object) -> dict[str, Any]:
        """Ask something and give the answer."""
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._asks, json.dumps(message).encode() + b"\0")
        while True:
            heard = self._hear()
            if heard.get("id") == self._number:
                assert "error" not in heard, heard
                return dict(heard["result"])
            self.events.append(heard)

    def open(self, path: Path, *, width: int = 1000, dark: bool = False, scripts: bool = True) -> None:
        """Show a page and wait until it is loaded."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 500)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        self.ask("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.events.clear()
        self.ask("Page.navigate", url=path.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._hear())

    def value(self, expression: str) -> Any:
        """Work out something in the page."""
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def tree(self) -> list[tuple[str, str, Mapping[str, Any]]]:
        """Give what a screen reader gets: roles and names in order, and properties, of what is not ignored."""
        found = []
        for node in self.ask("Accessibility.getFullAXTree")["nodes"]:
            if not node.get("ignored"):
                properties = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
                found.append((node["role"]["value"], node.get("name", {}).get("value", ""), properties))
        return found

    def picture(self, path: Path) -> None:
        """Keep what is on screen."""
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot", captureBeyondViewport=True)["data"]))

    def said(self) -> list[str]:
        """Give what the console of the browser says, such as what its policy refused."""
        return [event["params"]["entry"]["text"] for event in self.events if event.get("method") == "Log.entryAdded"]

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            data = self._read.read(65_536)
            assert data, "Chromium ended"
            self._rest += data
        message, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(message))
