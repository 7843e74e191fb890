# measure.py - the figures of one terminal on a 1080x1920 panel; each prints one number.
import json, os, re, socket, subprocess, sys, tempfile, time

B, WHAT = sys.argv[1], sys.argv[2]
ENV = dict(os.environ, LC_ALL="C.UTF-8")
ENV.setdefault("SDL_VIDEODRIVER", "dummy")


class Terminal:
    """One huimin with its control port; `started_ms` from exec to the first frame shown."""

    def __init__(self, data, extra=()):
        self.sock = os.path.join(data, "control.sock")
        if os.path.exists(self.sock):
            os.unlink(self.sock)
        begin = time.monotonic()
        self.p = subprocess.Popen([B + "/huimin", "--data", data, "--size", "1080x1920", "--panel-mm",
                                   "268x476", "--control", self.sock, *extra], env=ENV,
                                  stderr=open(data + "/huimin.log", "a"))
        while not os.path.exists(self.sock):
            if self.p.poll() is not None:
                sys.exit("huimin ended; see its log")
            time.sleep(0.0002)
        self.started_ms = (time.monotonic() - begin) * 1000
        self.s = socket.socket(socket.AF_UNIX)
        self.s.connect(self.sock)
        self.f = self.s.makefile("rw", encoding="utf-8")

    def __call__(self, command):
        self.f.write(command + "\n")
        self.f.flush()
        answer = json.loads(self.f.readline())
        if not answer["ok"]:
            sys.exit("%s: %s" % (command, answer))
        return answer

    def hang_up(self):
        self.f.close()
        self.s.close()

    def end(self):
        self.p.terminate()
        self.p.wait()


def pss_kb(pid):
    return int(re.search(r"^Pss: +(\d+)", open("/proc/%d/smaps_rollup" % pid).read(), re.M).group(1))


def cpu_ns(pid):
    tasks = "/proc/%d/task" % pid
    return sum(int(open("%s/%s/schedstat" % (tasks, t)).read().split()[0]) for t in os.listdir(tasks))


def start(data):
    t = Terminal(data)
    t.end()
    return t.started_ms


def full_redraw(data):
    t = Terminal(data)
    t("stats reset")
    t("redraw 300")
    p99 = t("stats")["frame_us"]["p99"]
    t.end()
    return p99 / 1000


def scroll(data):
    t = Terminal(data)
    t("go prices")
    t("wait idle")
    t("stats reset")
    for _ in range(12):
        t("drag 700 1500 700 700 400")
        t("drag 700 700 700 1500 400")
    t("wait idle 20000")
    p99 = t("stats")["frame_us"]["p99"]
    t.end()
    return p99 / 1000


def tap(data):
    t = Terminal(data)
    t("stats reset")
    for _ in range(30):
        t("tap home.prices")
        t("tap bar.home")
    p90 = t("stats")["tap_us"]["p90"]
    t.end()
    return p90 / 1000


def idle(data):
    t = Terminal(data)
    t("wait idle")
    t.hang_up()
    time.sleep(2)
    begin, cpu = time.monotonic(), cpu_ns(t.p.pid)
    time.sleep(65)  # the minute on the clock turns once
    used = cpu_ns(t.p.pid) - cpu
    t.end()
    return used / 1e9 / (time.monotonic() - begin) * 100


def memory(data):
    t = Terminal(data)
    for name in ("prices", "notices", "places", "help", "home"):
        t("go " + name)
    t("wait idle")
    t.hang_up()
    kb = pss_kb(t.p.pid)
    t.end()
    return kb / 1024


with tempfile.TemporaryDirectory() as work:
    print("%.3f" % {f.__name__: f for f in (start, full_redraw, scroll, tap, idle, memory)}[WHAT](work))
