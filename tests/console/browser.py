"""Chromium over --remote-debugging-pipe: nothing but Python's own library, no port, no driver program."""
import base64
import fcntl
import json
import os
import select
import shutil
import signal
import time

KEYS = {  # name: key, code, virtual key, text
    "Enter": ("Enter", "Enter", 13, "\r"), "Tab": ("Tab", "Tab", 9, None), "Escape": ("Escape", "Escape", 27, None),
    "ArrowDown": ("ArrowDown", "ArrowDown", 40, None), "ArrowUp": ("ArrowUp", "ArrowUp", 38, None),
    "End": ("End", "End", 35, None), "Space": (" ", "Space", 32, " "),
}


class Browser:
    def __init__(self, work, size=(1366, 768)):
        self.work = os.path.abspath(work)
        to_read, self.to = os.pipe()
        self.back, from_write = os.pipe()
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run",
                 "--disable-dev-shm-usage", "--disable-extensions", "--disable-background-networking",
                 "--disable-component-update", "--disable-sync", "--no-proxy-server", "--hide-scrollbars",
                 "--lang=zh-CN", f"--window-size={size[0]},{size[1]}", f"--user-data-dir={self.work}/chromium",
                 "about:blank"]

        # The option looks for them at 3 and 4.
        ends = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 20) for fd in (to_read, from_write)]
        log = os.open(f"{self.work}/chromium.log", os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        self.pid = os.posix_spawn(shutil.which("chromium"), ["chromium"] + flags, os.environ, setsid=True, file_actions=[
            (os.POSIX_SPAWN_DUP2, ends[0], 3), (os.POSIX_SPAWN_DUP2, ends[1], 4),
            (os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)])
        for fd in (*ends, log):
            os.close(fd)
        os.close(to_read)
        os.close(from_write)
        self.rest, self.n, self.console, self.session = b"", 0, [], None
        targets = self.send("Target.getTargets")["targetInfos"]
        page = next(t["targetId"] for t in targets if t["type"] == "page")
        self.session = self.send("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "DOM", "Network"):
            self.send(domain + ".enable")
        self.send("Emulation.setFocusEmulationEnabled", enabled=True)
        self.send("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=False)

    def close(self):
        try:
            self.session = None
            self.send("Browser.close")
        except (OSError, RuntimeError):
            pass
        for _ in range(100):
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                return
            time.sleep(0.05)
        os.killpg(self.pid, signal.SIGKILL)  # its own group: this browser and nothing else
        os.waitpid(self.pid, 0)

    # --- the protocol -----------------------------------------------------------------------

    def message(self, seconds):
        until = time.monotonic() + seconds
        while b"\0" not in self.rest:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.back], [], [], left)[0]:
                raise RuntimeError("the browser does not answer")
            got = os.read(self.back, 1 << 16)
            if not got:
                raise RuntimeError("the browser is gone")
            self.rest += got
        one, self.rest = self.rest.split(b"\0", 1)
        return json.loads(one)

    def send(self, method, **params):
        self.n += 1
        order = {"id": self.n, "method": method, "params": params}
        if self.session:
            order["sessionId"] = self.session
        os.write(self.to, json.dumps(order).encode() + b"\0")
        while True:
            m = self.message(20)
            if m.get("id") == self.n:
                if "error" in m:
                    raise RuntimeError(f"{method}: {m['error']}")
                return m["result"]
            if m.get("method") == "Log.entryAdded":
                self.console.append(m["params"]["entry"]["text"])
            if m.get("method") == "Runtime.exceptionThrown":
                self.console.append("exception: " + json.dumps(m["params"]["exceptionDetails"].get("exception", {}).get("description", ""))
                                    + m["params"]["exceptionDetails"].get("text", ""))

    # --- what a person does -------------------------------------------------------------------

    def go(self, url):
        self.send("Page.navigate", url=url)

    def js(self, text):
        r = self.send("Runtime.evaluate", expression=text, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in r:
            raise RuntimeError(f"{text}: {r['exceptionDetails'].get('exception', {}).get('description', r['exceptionDetails']['text'])}")
        return r["result"].get("value")

    def wait(self, text, seconds=10):
        """Until this expression is true; its value, or None."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                value = self.js(text)
            except RuntimeError:
                value = None
            if value:
                return value
            time.sleep(0.03)
        return None

    def text(self):
        return self.js("document.body.innerText")

    def says(self, words, seconds=10):
        return bool(self.wait(f"document.body.innerText.includes({json.dumps(words)})", seconds))

    def click(self, css):
        return self.wait(f"(() => {{ const e = document.querySelector({json.dumps(css)});"
                         " if (!e || e.disabled) return false; e.click(); return true; })()")

    def fill(self, css, words):
        return self.wait(f"(() => {{ const e = document.querySelector({json.dumps(css)}); if (!e) return false;"
                         f" e.value = {json.dumps(words)}; e.dispatchEvent(new Event('input', {{bubbles: true}}));"
                         " e.dispatchEvent(new Event('change', {bubbles: true})); return true; })()")

    def key(self, name, shift=False):
        key, code, number, text = KEYS[name]
        event = {"key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": 8 if shift else 0}
        self.send("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **event, **({"text": text} if text else {}))
        self.send("Input.dispatchKeyEvent", type="keyUp", **event)

    def type(self, words):
        self.send("Input.insertText", text=words)

    def focused(self):
        return self.js("document.activeElement.id || document.activeElement.className || document.activeElement.innerText")

    def tab_to(self, wanted, most=40, shift=False):
        """Tabs until the element with this id has the focus."""
        for _ in range(most):
            if self.focused() == wanted:
                return True
            self.key("Tab", shift)
        return self.focused() == wanted

    def file(self, css, path):
        root = self.send("DOM.getDocument")["root"]["nodeId"]
        node = self.send("DOM.querySelector", nodeId=root, selector=css)["nodeId"]
        self.send("DOM.setFileInputFiles", files=[os.path.abspath(path)], nodeId=node)

    def size(self, w, h):
        self.send("Emulation.setDeviceMetricsOverride", width=w, height=h, deviceScaleFactor=1, mobile=False)

    def shot(self, name, full=False):
        r = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=full)
        with open(f"{self.work}/{name}.png", "wb") as f:
            f.write(base64.b64decode(r["data"]))
