# measure.py - the figures of one terminal on a 1080x1920 panel; each prints one number.
import atexit, json, os, re, socket, subprocess, sys, tempfile, time

B, WHAT = sys.argv[1], sys.argv[2]
ENV = dict(os.environ, LC_ALL="C.UTF-8")
ENV.setdefault("SDL_VIDEODRIVER", "dummy")


def program(*args, **more):
    """What is started here ends with us, whatever becomes of the figure: bench.sh waits for our output's end."""
    p = subprocess.Popen(*args, **more)
    atexit.register(p.kill)
    return p


class Terminal:
    """One huimin with its control port; `started_ms` from exec to the first frame shown."""

    def __init__(self, data, extra=()):
        self.sock = os.path.join(data, "control.sock")
        if os.path.exists(self.sock):
            os.unlink(self.sock)
        begin = time.monotonic()
        self.p = program([B + "/huimin", "--data", data, "--size", "1080x1920", "--panel-mm", "268x476",
                          "--control", self.sock, *extra], env=ENV, stderr=open(data + "/huimin.log", "a"))
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


def tap_x11(data):
    """The same taps as a mouse makes them: XTEST through a real X server."""
    r, w = os.pipe()
    x = program(["Xvfb", "-screen", "0", "1080x1920x24", "-nolisten", "tcp", "-displayfd", str(w)],
                pass_fds=[w], stderr=subprocess.DEVNULL)
    display = ":" + os.read(r, 16).decode().strip()
    ENV.update(SDL_VIDEODRIVER="x11", DISPLAY=display)
    t = Terminal(data)
    # The pointer is in the window before the first click: one that comes with its arrival may be lost.
    subprocess.run(["xdotool", "mousemove", "500", "500"], env=ENV, check=True)
    t("wait idle")
    t("stats reset")
    for _ in range(30):
        for name, lands in (("home.prices", "prices"), ("bar.home", "home")):
            n = next(n for n in t("tree")["nodes"] if n["id"] == name)
            left, top, wide, high = n["rect"]
            subprocess.run(["xdotool", "mousemove", str(left + wide // 2), str(top + high // 2),
                            "click", "1"], env=ENV, check=True)
            t("wait screen " + lands)
            t("wait idle")
    p90 = t("stats")["tap_us"]["p90"]
    t.end()
    x.terminate()
    x.wait()
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
    for name in ("prices", "notices", "places", "village", "around", "food", "map", "help", "home"):
        t("go " + name)
    t("wait idle")
    t.hang_up()
    kb = pss_kb(t.p.pid)
    t.end()
    return kb / 1024


def sync_memory(data):
    sync = program([B + "/huimin-sync", "--data", data, "--feed", B + "/feed", "--platform",
                    "none", "--poll-s", "3600"], env=ENV, stderr=subprocess.DEVNULL)
    while not os.path.exists(data + "/sync.sock"):
        time.sleep(0.01)
    time.sleep(2)
    kb = pss_kb(sync.pid)
    sync.terminate()
    sync.wait()
    return kb / 1024


def publish(work, folder):
    subprocess.run([B + "/huimin-platform", "publish", folder, "--db", work + "/platform.db", "--keys",
                    B + "/keys", "--feed", work + "/feed"], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def log_time_ms(line):
    h, m, s = re.search(r"T(\d+):(\d+):([\d.]+)Z", line).groups()
    return (int(h) * 60 + int(m)) * 60000 + float(s) * 1000


def delta(data):
    """57 x 8 prices published: from the segment's bytes being there to the new figure shown."""
    work = data + "/platform"
    os.mkdir(work)
    subprocess.run([B + "/huimin-seed-gen", "--out", work + "/in"], check=True)
    publish(work, work + "/in")
    log = open(data + "/sync.log", "w+")
    sync = program([B + "/huimin-sync", "--data", data, "--feed", work + "/feed", "--platform",
                    "none", "--poll-s", "3600"], env=ENV, stderr=log)
    while "ev=sync_ok" not in open(data + "/sync.log").read():
        time.sleep(0.02)
    t = Terminal(data)
    t("go price 1")
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
    os.mkdir(work + "/office")
    with open(work + "/office/prices.csv", "w") as f:
        f.write("day,place,good,yuan,taken,source\n")
        for good in range(1, 58):
            for place in range(1, 9):
                f.write("%s,%d,%d,3.%02d,09:00,office\n" % (day, place, good, 20 + place))
    seen = log.seek(0, 2)  # a folder's new index is met within seconds, asked for or not
    publish(work, work + "/office")
    t("sync")
    t('wait text "3.21" 5000')
    shown = time.time() * 1000 % 86400000
    log.seek(seen)
    applied = [l for l in log if "ev=applied" in l and "ch=price" in l][-1]
    took = int(re.search(r" ms=(\d+)", applied).group(1))
    t.end()
    sync.terminate()
    sync.wait()
    return shown - (log_time_ms(applied) - took)


def full_cache(data):
    """20,000 notices and everything else of the seed, applied as huimin-sync does."""
    work = data + "/platform"
    os.mkdir(work)
    subprocess.run([B + "/huimin-seed-gen", "--out", work + "/in", "--notices", "20000"], check=True)
    publish(work, work + "/in")
    log = data + "/sync.log"
    sync = program([B + "/huimin-sync", "--data", data, "--feed", work + "/feed", "--platform",
                    "none", "--poll-s", "3600"], env=ENV, stderr=open(log, "w"))
    until = time.monotonic() + 60
    while "ev=sync_ok" not in open(log).read() and time.monotonic() < until:
        time.sleep(0.05)
    sync.terminate()
    sync.wait()


def lists_open(data):
    """The slowest of all lists, from the finger to the surface."""
    full_cache(data)
    t = Terminal(data)
    steps = ["home.notices", "notices.kind.bid", "notices.kind.town", "notices.kind.all", "bar.home",
             "home.village", "village.tab.affairs", "village.tab.trade", "village.other",
             "village.choice.420506107", "bar.home", "home.food", "food.bad", "food.all", "bar.home",
             "home.places", "places.map", "map.layer.villages", "map.cell.420506107", "bar.home",
             "home.around", "bar.home", "home.services", "bar.home"]
    for step in steps * 3:
        t("tap " + step)
        t("wait idle")
    worst = t("stats")["tap_us"]["max"]
    t.end()
    return worst / 1000


def lists_scroll(data):
    full_cache(data)
    t = Terminal(data)
    worst = 0
    for name in ("notices", "village 420506101201", "food"):
        t("go " + name)
        t("wait idle")
        t("stats reset")
        for _ in range(8):
            t("drag 700 1500 700 800 300")
            t("drag 700 800 700 1500 300")
        t("wait idle 20000")
        worst = max(worst, t("stats")["frame_us"]["p99"])
    t.end()
    return worst / 1000


def bulk_input(work):
    subprocess.run([B + "/huimin-seed-gen", "--out", work + "/in", "--places", "40", "--days", "365"],
                   check=True)
    publish(work, work + "/in")


def bulk(data):
    """832,200 prices: seconds to apply the base."""
    bulk_input(data)
    r = subprocess.run([B + "/huimin-sync", "--data", data + "/d", "--feed", data + "/feed",
                        "--platform", "none", "--once"], env=ENV, stderr=subprocess.PIPE, text=True)
    line = [l for l in r.stderr.splitlines() if "ev=applied" in l and "ch=price" in l][-1]
    return int(re.search(r" ms=(\d+)", line).group(1)) / 1000


def peak_mb(args):
    p = program(args, env=ENV, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(p.pid, 0)
    return usage.ru_maxrss / 1024


def bulk_memory(data):
    """What applying them takes at its peak, over what the same program takes for the seed."""
    bulk_input(data)
    once = ["--platform", "none", "--once"]
    small = peak_mb([B + "/huimin-sync", "--data", data + "/s", "--feed", B + "/feed", *once])
    large = peak_mb([B + "/huimin-sync", "--data", data + "/d", "--feed", data + "/feed", *once])
    return large - small


RIG = "tests/cardsim/rig"
CARD_DELAY_MS = 30  # as slow as real contacts are


def tell_card(work, *verb):
    r = subprocess.run([B + "/huimin-cardsim", "--tell", work + "/card.sock", *verb], check=True, text=True,
                       stdout=subprocess.PIPE)
    return json.loads(r.stdout)


def round_trip_ms():
    """One command and its answer through pcscd, the card's own delay in it: the median of 20."""
    probe = program([B + "/cardsim-probe", "present", "3000", "connect", "raw", "lines"], env=ENV,
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    for _ in range(2):
        probe.stdout.readline()
    took = []
    for _ in range(20):
        begin = time.monotonic()
        probe.stdin.write("0084000008\n")
        probe.stdout.readline()
        took.append((time.monotonic() - begin) * 1000)
    probe.stdin.close()
    probe.wait()
    return sorted(took)[len(took) // 2]


def read_once(t, work):
    """(ms from PRESENT to the name on the surface, commands the card was given)."""
    t("stats reset")
    before = tell_card(work, "state")["commands"]
    tell_card(work, "in", "tests/cardsim/cards/01-zhang-guilan.card")
    t('wait text "张*兰" 8000')
    took = t("stats")["card_us"]["max"] / 1000
    commands = tell_card(work, "state")["commands"] - before
    tell_card(work, "out")
    t("wait screen home 5000")
    while t("stats")["reader"]["state"] != "empty":
        time.sleep(0.02)
    return took, commands


def card_read(data):
    """Reading a 2.0 card, over what its commands take: from the reader's thread having seen PRESENT to
    the name on the surface (`card_us`), less as many bare round trips through the same pcscd and card
    as it took commands; the median of 11."""
    ENV["CARDSIM_OPTS"] = "--delay-ms %d" % CARD_DELAY_MS
    rig = dict(ENV, B=B)
    subprocess.run([RIG, "start", data], env=rig, check=True, stdout=subprocess.DEVNULL)
    try:
        ENV["PCSCLITE_CSOCK_NAME"] = data + "/pcscd/pcscd.comm"
        tell_card(data, "in", "tests/cardsim/cards/01-zhang-guilan.card")
        one = round_trip_ms()
        tell_card(data, "out")
        time.sleep(1)
        t = Terminal(data, ["--reader", "pcsc"])
        reads = [read_once(t, data) for _ in range(11)]
        t.end()
    finally:
        subprocess.run([RIG, "stop", data], env=rig, stdout=subprocess.DEVNULL)
    over = sorted(ms - commands * one for ms, commands in reads)
    print("card_read: %d commands of %.2f ms" % (reads[0][1], one), file=sys.stderr)
    return over[len(over) // 2]


ALL = (card_read, lists_open, lists_scroll, start, full_redraw, scroll, tap, tap_x11, idle, memory, sync_memory, delta, bulk, bulk_memory)

with tempfile.TemporaryDirectory() as work:
    print("%.3f" % {f.__name__: f for f in ALL}[WHAT](work))
