"""A headless Chromium for checks of the report's page, spoken to over a pipe: only the standard library and the browser are needed."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --remote-debugging-pipe about:blank"
).split()


class Browser:
    """One page in one browser. A context manager: the browser and its profile are gone afterwards.

    Source: the Chrome DevTools Protocol, messages of JSON that end in a zero byte, on file descriptors 3 and 4.
    """

    def __init__(self, *, width: int = 1280, height: int = 900, dark: bool = False) -> None:
        assert CHROMIUM is not None
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        reads, self._out = os.pipe()
        into, writes = os.pipe()
        # A shell moves the pipes to where the browser looks for them.
        command = f'exec "$0" "$@" 3<&{reads} 4>&{writes}'
        arguments = [CHROMIUM, f"--user-data-dir={self._profile.name}", *_OPTIONS]
        self._process = subprocess.Popen(
            ["bash", "-c", command, *arguments],
            pass_fds=(reads, writes),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(reads)
        os.close(writes)
        self._in = os.fdopen(into, "rb")
        self._number = 0
        self.events: list[dict] = []
        self._session: str | None = None
        pages = [info for info in self._call("Target.getTargets")["targetInfos"] if info["type"] == "page"]
        self._session = self._call("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._call(f"{domain}.enable")
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", features=[scheme])

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._out)
        self._process.terminate()
        self._process.wait(20)
        self._in.close()
        self._profile.cleanup()

    def open(self, page: Path, fragment: str = "") -> None:
        """Load a page afresh, and return once its scripts have run."""
        # Between two places in one file a browser would only scroll.
        for url in ("about:blank", page.resolve().as_uri() + fragment):
            seen = len(self.events)
            self._call("Page.navigate", url=url)
            while not any(event["method"] == "Page.loadEventFired" for event in self.events[seen:]):
                self.events.append(self._next())

    def evaluate(self, script: str) -> object:
        """Return what an expression gives in the page; a promise is waited for."""
        done = self._call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def press(self, key: str) -> None:
        """Press and release a key, as a hand would."""
        codes = {"Enter": 13, "Tab": 9}
        fields = {"key": key, "windowsVirtualKeyCode": codes.get(key, ord(key[0].upper()))}
        text = {"Enter": "\r", "Tab": None}.get(key, key)
        self._call("Input.dispatchKeyEvent", type="keyDown", **fields, **({"text": text} if text else {}))
        self._call("Input.dispatchKeyEvent", type="keyUp", **fields)

    def screenshot(self, path: Path, *, whole: bool = False) -> None:
        """Write a picture of what is seen, or of the whole page, as PNG."""
        shot = self._call(
            "Page.captureScreenshot", captureBeyondViewport=whole, **({"clip": self._size()} if whole else {})
        )
        path.write_bytes(base64.b64decode(shot["data"]))

    def print_to(self, path: Path) -> None:
        """Write the page as it prints, as PDF."""
        path.write_bytes(base64.b64decode(self._call("Page.printToPDF", preferCSSPageSize=True)["data"]))

    def problems(self) -> list[str]:
        """Return errors of scripts and of the policy, and requests for anything but the page itself."""
        told = []
        for event in self.events:
            if event["method"] == "Runtime.exceptionThrown":
                told.append(event["params"]["exceptionDetails"]["text"])
            elif event["method"] == "Log.entryAdded":
                told.append(event["params"]["entry"]["text"])
            elif event["method"] == "Network.requestWillBeSent":
                url = event["params"]["request"]["url"]
                if not url.startswith("file:") or not url.partition("#")[0].endswith("index.html"):
                    told.append(f"asked for {url}")
        return told

    def _size(self) -> dict:
        content = self._call("Page.getLayoutMetrics")["cssContentSize"]
        return {"x": 0, "y": 0, "width": content["width"], "height": content["height"], "scale": 1}

    def _call(self, method: str, **params: object) -> dict:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self._number:
                assert "error" not in told, f"{method}: {told['error']}"
                return told["result"]
            self.events.append(told)

    def _next(self) -> dict:
        message = bytearray()
        while not message.endswith(b"\0"):
            # One byte at a time would be slow for pictures: read what there is, but no further than this message.
            held = self._in.peek()
            assert held, "the browser has ended"
            end = held.find(b"\0") + 1 or len(held)
            message += self._in.read(end)
        return json.loads(message[:-1])
