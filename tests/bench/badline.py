# badline.py - what the worst road costs: the real huimin-sync and huimin-platform with tests/line between them.
#
# usage: badline.py BUILD_DIR WORK_DIR bench|quick. bench: 64 kbit/s, 800 ms round trip, stalls of 200 to 3,000 ms,
# cut every 30 s; figures as `name value unit [over_LIMIT]`. quick: the same at ten times the speed, `ok` and `FAIL`.
import json, os, re, shutil, signal, socket, subprocess, sys, time

B, W, MODE = sys.argv[1:4]
ENV = dict(os.environ, LC_ALL="C.UTF-8")
QUICK = MODE == "quick"
SPEED = 10 if QUICK else 1
LINE = ["rate %d" % (8000 * SPEED), "delay %d" % (400 // SPEED),
        "stall %d-%d 3000" % (200 // SPEED, 3000 // SPEED), "cut every %d" % max(1, 30 // SPEED)]
started, over = [], 0


def port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(name, *args):
    p = subprocess.Popen([B + "/" + args[0], *map(str, args[1:])], env=ENV, stderr=open(f"{W}/{name}.log", "a"))
    started.append(p)
    return p


def stop(p):
    p.send_signal(signal.SIGTERM)
    p.wait(10)
    started.remove(p)


def until(what, condition, seconds):
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > seconds:
            raise SystemExit(f"badline: {what}: not within {seconds} s")
        time.sleep(0.005)
    return time.monotonic() - begin


def talk(path, text):
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(10)
        s.connect(path)
        s.sendall(text.encode() + b"\n")
        return json.loads(s.makefile().readline())


def wire(*orders):
    for order in orders:
        answer = talk(W + "/line.sock", order)
    return answer


def office(*args):
    return subprocess.run([B + "/huimin-platform", *args, "--db", W + "/p.db", "--keys", B + "/keys", "--feed",
                           W + "/feed"], check=True, env=ENV, capture_output=True, text=True).stdout


def log(name="sync"):
    return open(f"{W}/{name}.log").read()


def passed():
    stats = wire("stats")
    return stats["up"] + stats["down"]


def figure(name, value, unit, limit=None):
    global over
    bad = limit is not None and value > limit
    over += bad
    if QUICK:
        print(f"{'FAIL' if bad else 'ok'} {name} {value:g} {unit}", flush=True)
    else:
        print(f"{name} {value:g} {unit}{f' over_{limit}' if bad else ''}", flush=True)


def serve():
    for f in os.listdir(B):
        if f.startswith("platform.db"):
            shutil.copy(f"{B}/{f}", f"{W}/p.db{f[len('platform.db'):]}")
    shutil.copytree(B + "/feed", W + "/feed")
    far, near = port(), port()
    start("platform", "huimin-platform", "serve", "--listen", f"127.0.0.1:{far}", "--db", W + "/p.db", "--keys",
          B + "/keys", "--feed", W + "/feed")
    start("line", "line", "--listen", near, "--to", far, "--control", W + "/line.sock")
    until("line", lambda: os.path.exists(W + "/line.sock"), 20)
    return near


def follow(near, poll_s):
    """A terminal that has what the seed has."""
    p = start("sync", "huimin-sync", "--config", W + "/sync.conf", "--data", W + "/data", "--platform",
              f"http://127.0.0.1:{near}", "--poll-s", poll_s)
    until("socket", lambda: os.path.exists(W + "/data/sync.sock"), 20)
    return p


def sync(order="sync"):
    talk(W + "/data/sync.sock", '{"m":"%s"}' % order)


def bytes_of(act, quiet_s=0.8):
    """What passes because of it, once all is quiet."""
    before = last = passed()
    act()
    quiet = time.monotonic() + quiet_s
    while time.monotonic() < quiet:
        time.sleep(0.05)
        if passed() != last:
            last, quiet = passed(), time.monotonic() + quiet_s
    return last - before


def poll_bytes(near):
    """The polls that come by themselves: nothing is new, and the states were asked for a moment ago."""
    p = follow(near, 2)
    until("first poll", lambda: "ev=sync_ok" in log(), 30)
    time.sleep(1)
    calls = wire("stats")["connections"]
    sizes = sorted(bytes_of(lambda: time.sleep(0.9)) for _ in range(2 if QUICK else 4))
    figure("poll_no_change", sizes[-1], "bytes", 600)
    if sizes[-1] == 0:
        raise SystemExit("badline: there was no poll")
    figure("poll_with_states", bytes_of(sync), "bytes")
    figure("poll_new_connections", wire("stats")["connections"] - calls, "connections", 0)
    stop(p)


def day_of_prices():
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
    os.makedirs(W + "/office", exist_ok=True)
    day_of_prices.fen = getattr(day_of_prices, "fen", 300) + 1
    with open(W + "/office/prices.csv", "w") as f:
        f.write("day,place,good,yuan,taken,source\n")
        for good in range(1, 58):
            for place in range(1, 9):
                fen = day_of_prices.fen + good * 37 % 400 + place * 11
                f.write("%s,%d,%d,%d.%02d,09:00,office\n" % (day, place, good, fen // 100, fen % 100))
    return lambda: office("publish", W + "/office")


def median_and_worst(name, values, unit, limit):
    values.sort()
    if not QUICK:
        figure(name + "_median", round(values[len(values) // 2], 1), unit)
    figure(name + "_worst", round(values[-1], 1), unit, limit)


def prices(times):
    took = []
    for n in range(times):
        day_of_prices()()
        seen = len(log())
        time.sleep(n * 2.3 / SPEED)  # anywhere between two cuts
        sync()
        took.append(until("prices", lambda: "ev=applied ch=price" in log()[seen:], 300))
    return took


def put_item():
    subprocess.run([B + "/putitem", W + "/sync.conf", W + "/data", "1", "1500"], check=True, env=ENV,
                   stdout=subprocess.DEVNULL)


def applications(times):
    took = []
    for n in range(times):
        seen = len(log())
        time.sleep(n * 3.7 / SPEED)
        begin = time.monotonic()
        put_item()
        # duplicate: the line was cut before the first answer, and the second came to the end
        until("application", lambda: re.search("ev=delivered outcome=(accepted|duplicate)", log()[seen:]), 300)
        took.append(time.monotonic() - begin)
    return took


def register(near):
    """Both keys are made by the programs; the platform gets to know them."""
    p = follow(near, 3600)
    until("first poll", lambda: "ev=sync_ok" in log(), 30)
    put_item()
    until("keys", lambda: os.path.exists(W + "/data/terminal.pub"), 10)
    office("terminal", "add", "badline", W + "/data/terminal.pub")
    sync()
    until("first item", lambda: "ev=delivered outcome=accepted" in log(), 30)
    stop(p)


def main():
    os.makedirs(W + "/data", exist_ok=True)
    open(W + "/sync.conf", "w").write(f"feed.root = {B}/keys/root.pub\n")
    near = serve()
    register(near)
    poll_bytes(near)
    p = follow(near, 3600)
    until("a poll", lambda: log().count("ev=sync_ok") > 2, 30)
    wire("clear", *LINE)
    if not QUICK:
        median_and_worst("badline_day_of_prices", prices(5), "s", 60)
    median_and_worst("badline_application", applications(2 if QUICK else 7), "s", 30)
    stop(p)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        main()
    finally:
        for one in started[::-1]:
            one.terminate()
            try:
                one.wait(10)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
sys.exit(over > 0)
