"""A real Chromium without a screen, driven by its own DevTools protocol.

Just what the tests need: go somewhere, run a script, wait for a condition, fill a form, take a
picture at a size in light or dark. Not safe for several threads.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

import websocket

SECONDS = 30.0


def program() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


class _Leaving(AssertionError):
    """The page that was asked is just being left."""


class Chromium:
    """One browser with a profile of its own and one page; :meth:`close` removes both."""

    def __init__(self) -> None:
        found = program()
        assert found, "Debian's package chromium is not installed"
        self._folder = Path(tempfile.mkdtemp(prefix="skywatch-chromium-"))
        words = [
            found, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--remote-debugging-port=0", f"--user-data-dir={self._folder}", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            "about:blank",
        ]  # fmt: skip
        environment = {**os.environ, "HOME": str(self._folder), "TZ": "Europe/Berlin"}
        self._process = subprocess.Popen(
            words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        )
        self._numbers = itertools.count(1)
        self.said: list[str] = []
        """What the console complained of: refused by policy, script errors."""
        self._socket = websocket.create_connection(
            self._page(), timeout=SECONDS, suppress_origin=True
        )
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def __enter__(self) -> Chromium:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of the protocol. Raises ``AssertionError`` with what it says."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv())
            self._listen(message)
            if message.get("id") == number:
                error = message.get("error", {}).get("message", "")
                if "navigated" in error or "context" in error:
                    raise _Leaving(error)
                assert not error, (method, error)
                found: dict[str, Any] = message["result"]
                return found

    def go(self, url: str) -> None:
        """Returns when the page is loaded."""
        self.ask("Page.navigate", url=url)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        answer = self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def until(self, script: str, seconds: float = SECONDS) -> Any:
        """Wait for an expression to be true, also over a change of pages; its value."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                if value := self.run(script):
                    return value
            except _Leaving:
                pass  # for the next page
            assert time.monotonic() < deadline, f"not within {seconds} s: {script}"
            time.sleep(0.05)

    def fill(self, selector: str, text: str) -> None:
        self.run(f"document.querySelector({json.dumps(selector)}).value = {json.dumps(text)}")

    def press(self, selector: str) -> None:
        """A click that loads another page; returns when it is there."""
        self.run("window.left = true")
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
        self.until("!window.left && document.readyState === 'complete'")

    def look(self, width: int, height: int, dark: bool = False, phone: bool = False) -> None:
        """From now on this size and scheme."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=2 if phone else 1, mobile=phone,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self, file: Path, whole: bool = False) -> None:
        data = self.ask("Page.captureScreenshot", captureBeyondViewport=whole)["data"]
        file.write_bytes(base64.b64decode(data))

    def _listen(self, message: dict[str, Any]) -> None:
        if message.get("method") == "Log.entryAdded":
            self.said.append(message["params"]["entry"]["text"])
        if message.get("method") == "Runtime.exceptionThrown":
            self.said.append(str(message["params"]["exceptionDetails"]))

    def _page(self) -> str:
        file = self._folder / "DevToolsActivePort"
        deadline = time.monotonic() + SECONDS
        while not (file.exists() and file.read_text().count("\n")):
            assert self._process.poll() is None, "Chromium ended at its start"
            assert time.monotonic() < deadline, "Chromium was not ready in time"
            time.sleep(0.05)
        port = file.read_text().split()[0]
        while True:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=SECONDS) as pages:
                for page in json.loads(pages.read()):
                    if page["type"] == "page":
                        return str(page["webSocketDebuggerUrl"])
            assert time.monotonic() < deadline, "Chromium has no page"
            time.sleep(0.05)
