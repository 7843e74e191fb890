"""Real programs, killed and cut off at random: what was called saved is one case, the feed is whole.

usage: schedules.py BUILD WORK HOW_MANY SEED [AT_ONCE]

Each schedule has a platform, tests/line and a huimin-sync of its own. Items are handed in, prices
published, cases decided; meanwhile any of the programs is killed (-9) or the line is cut. Then all
are let well again, and counted. The last line: N passed, M failed.
"""
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time

BUILD, WORK, HOW_MANY, SEED = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
AT_ONCE = int(sys.argv[5]) if len(sys.argv) > 5 else 3
GOODS, PLACES, DAY = 4, 3, 20780


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until(true, seconds=20.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


def rows(path, sql):
    """Of a database others are writing; [] while it cannot be read."""
    try:
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()
    except sqlite3.OperationalError:
        return []


class Schedule:
    def __init__(self, number):
        self.chance = random.Random(SEED * 1000003 + number)
        self.dir = f"{WORK}/{number}"
        shutil.copytree(f"{WORK}/first", self.dir)
        self.running, self.saved, self.faults, self.met = {}, [], 0, 0
        self.far, self.near = free_port(), free_port()
        self.price = 0
        self.points = {}
        self.wrong = None

    # --- programs ---------------------------------------------------------------------------------
    def path(self, name):
        return f"{self.dir}/{name}"

    def start(self, name, *args, **more):
        log = open(self.path(name + ".log"), "ab")
        self.running[name] = subprocess.Popen([f"{BUILD}/{args[0]}", *args[1:]], stdout=more.get("out", log), stderr=log)
        log.close()
        return self.running[name]

    def kill(self, name):
        p = self.running.pop(name, None)
        if p:
            p.send_signal(signal.SIGKILL)
            p.wait()
            self.faults += 1

    def stop(self):
        for p in self.running.values():
            p.terminate()
        for p in self.running.values():
            try:
                p.wait(10)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()
        self.running = {}

    def office(self, verb, *args):
        return [*verb.split(), *args, "--db", self.path("p.db"), "--keys", self.path("keys"), "--feed", self.path("feed")]

    def serve(self):
        self.start("platform", "huimin-platform", *self.office("serve", "--listen", f"127.0.0.1:{self.far}"))

    def follow(self):
        self.start("sync", "huimin-sync", "--config", self.path("sync.conf"), "--data", self.path("data"), "--platform",
                   f"http://127.0.0.1:{self.near}", "--poll-s", "1")

    def wire(self, order):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(self.path("line.sock"))
            s.sendall(order.encode() + b"\n")
            s.makefile().readline()

    # --- what people do ---------------------------------------------------------------------------
    def put(self, killed):
        """Hands some in; when it is killed on the way, only what it had called saved counts."""
        out = self.path("put.out")
        with open(out, "wb") as f:
            p = self.start("put", "putitem", self.path("sync.conf"), self.path("data"), str(self.chance.randint(1, 4)), "1000", out=f)
            if killed:
                time.sleep(self.chance.uniform(0, 0.25))
                self.kill("put")
            else:
                p.wait(60)
                self.running.pop("put")
        with open(out) as f:
            self.saved += re.findall(r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$", f.read(), re.M)

    def nudge(self):
        subprocess.run([f"{BUILD}/putitem", self.path("sync.conf"), self.path("data"), "0"], stderr=subprocess.DEVNULL, check=False)

    def order(self, killed, *args):
        """One order of the clerk's; what it had committed before it was killed is in force."""
        p = self.start("clerk", "huimin-platform", *args)
        if killed:
            time.sleep(self.chance.uniform(0, 0.2))
            self.kill("clerk")
        else:
            p.wait(60)
            self.running.pop("clerk")
        self.note_point()

    def publish(self, killed):
        self.price += 1
        with open(self.path("office/prices.csv"), "w") as f:
            f.write("day,place,good,yuan,taken,source,source_en\n")
            for place in range(1, PLACES + 1):
                for good in range(1, GOODS + 1):
                    f.write(f"{DAY},{place},{good},{self.price}.{self.chance.randint(10, 99)},09:35,office,office\n")
        self.order(killed, *self.office("publish", self.path("office")))

    def decide(self, killed):
        undecided = rows(self.path("p.db"), "SELECT ref FROM cases WHERE state = 'received'")
        if undecided:
            self.order(killed, *self.office("case accept", self.chance.choice(undecided)[0]))

    # --- what must be true ------------------------------------------------------------------------
    def say(self, what):
        self.wrong = self.wrong or what

    def head(self):
        found = rows(self.path("p.db"), "SELECT epoch, head FROM channel WHERE name = 'price'")
        return found[0] if found else None

    def note_point(self):
        """What this number of the channel means, for whoever meets it at the terminal."""
        lines = rows(self.path("p.db"), "SELECT val FROM row WHERE tbl = 13")
        if self.head():
            self.points[self.head()] = sorted(tuple(json.loads(line[0])[2:]) for line in lines)

    def look_at_cache(self):
        """A copy: putting right what a kill left behind is for huimin-sync."""
        copy = self.path("copy.db")
        for tail in ("", "-wal", "-shm"):
            if os.path.exists(copy + tail):
                os.remove(copy + tail)
        for tail in ("", "-wal"):
            if os.path.exists(self.path("data/cache.db" + tail)):
                shutil.copy(self.path("data/cache.db" + tail), copy + tail)
        if not os.path.exists(copy):
            return None
        db = sqlite3.connect(copy)
        try:
            mark = db.execute("SELECT epoch, seq FROM channel WHERE name = 'price'").fetchone()
            have = sorted(db.execute("SELECT day, good, place, fen FROM price"))
        finally:
            db.close()
        if mark and mark not in self.points:
            self.say(f"the terminal stands at {mark}, which never was")
        elif mark and have != self.points[mark]:
            self.say(f"the terminal stands at {mark} with other rows")
        return mark

    def outbox(self):
        return rows(self.path("data/outbox.db"), "SELECT receipt, state, length(box), case_state FROM item")

    def sending(self):
        return bool(rows(self.path("data/outbox.db"), "SELECT 1 FROM item WHERE state = 1"))

    def all_there(self):
        cases = dict(rows(self.path("p.db"), "SELECT receipt, state FROM cases"))
        return all(state == 2 and cases.get(receipt) == case_state for receipt, state, _, case_state in self.outbox())

    def count(self):
        box, cases = self.outbox(), [r for r, in rows(self.path("p.db"), "SELECT receipt FROM cases")]
        items = rows(self.path("p.db"), "SELECT count(*) FROM inbox")[0][0]
        kept = [row[0] for row in box]
        if len(set(cases)) != len(cases) or items != len(cases):
            self.say(f"{len(cases)} cases, {len(set(cases))} receipts, {items} items")
        if set(self.saved) - set(kept):
            self.say(f"called saved and not in outbox.db: {sorted(set(self.saved) - set(kept))}")
        if set(kept) != set(cases):
            self.say(f"in outbox.db and no case, or the other way round: {sorted(set(kept) ^ set(cases))}")
        if any(state != 2 or size for _, state, size, _ in box):
            self.say(f"not accepted, or its box is not empty: {[row for row in box if row[1] != 2 or row[2]]}")
        audit = subprocess.run([f"{BUILD}/huimin-platform", *self.office("audit verify")], capture_output=True, check=False)
        if audit.returncode != 0:
            self.say(f"audit: {audit.stdout + audit.stderr}")

    # --- one schedule -----------------------------------------------------------------------------
    def trouble(self):
        what = self.chance.randrange(6)
        if what < 2:
            if what == 0:
                until(self.sending, 0.4)
                time.sleep(self.chance.uniform(0, 0.03))
            self.kill("sync")
            self.met += self.sending()
            self.look_at_cache()
        elif what < 4:
            self.kill("platform")
        elif what == 4:
            place = self.chance.choice(("after", "request"))
            self.wire(f"cut {place} {self.chance.randrange(700)} once on /{self.chance.choice(('v1/outbox', 'feed', ''))}")
            self.faults += 1
        else:
            self.wire("down")
            self.faults += 1

    def mend(self):
        self.wire("up")
        if "platform" not in self.running:
            self.serve()
        if "sync" not in self.running:
            self.follow()

    def step(self):
        deed = self.chance.choice((self.put, self.put, self.publish, self.decide))
        worker = threading.Thread(target=deed, args=(self.chance.random() < 0.3,))
        worker.start()
        time.sleep(self.chance.uniform(0, 0.2))
        self.trouble()
        worker.join()
        if self.chance.random() < 0.7:
            self.mend()

    def run(self):
        self.start("line", "line", "--listen", str(self.near), "--to", str(self.far), "--control", self.path("line.sock"))
        if not until(lambda: os.path.exists(self.path("line.sock"))):
            self.say("tests/line does not start")
            return
        self.note_point()
        self.mend()
        self.wire("delay 10")  # else a delivery is over before anybody can die of it
        self.wire("rate 60000")
        for _ in range(self.chance.randint(3, 6)):
            self.step()
        self.wire("clear")
        self.mend()
        self.publish(False)

        def quiet():
            self.nudge()
            return self.all_there() and self.look_at_cache() == self.head()
        if not until(quiet, 40):
            self.say(f"not in its place after 40 s: {self.look_at_cache()} of {self.head()}, {self.outbox()}")
        self.count()


def first_of_all():
    """Once: keys, a feed, a terminal that is known and has it."""
    one = Schedule.__new__(Schedule)
    one.dir, one.running, one.chance, one.price, one.points = f"{WORK}/first", {}, random.Random(SEED), 0, {}
    one.far = one.near = free_port()
    try:
        return make_first(one)
    finally:
        one.stop()


def make_first(one):
    os.makedirs(one.path("office"))
    os.makedirs(one.path("data"))
    for name, lines in {"categories": ["id,name,name_en,sort", "meat,Meat,,1"],
                        "townships": ["code,name,name_en", "420506001,Town,"],
                        "goods": ["id,name,name_en,spec,spec_en,unit,unit_en,category,sort,max_age_days,keywords"]
                        + [f"{i},Good {i},,loose,,jin,,meat,{i},," for i in range(1, GOODS + 1)],
                        "places": ["id,kind,name,name_en,township,address,address_en,phone,hours,hours_en"]
                        + [f"{i},market,Place {i},,420506001,Road {i},,,," for i in range(1, PLACES + 1)]}.items():
        with open(one.path(f"office/{name}.csv"), "w") as f:
            f.write("\n".join(lines) + "\n")
    one.publish(False)
    with open(one.path("sync.conf"), "w") as f:
        f.write(f"feed.root = {one.path('keys/root.pub')}\nshare.dir = {one.path('none')}\nnet.deadline_s = 4\nnet.object_deadline_s = 6\nnet.low_speed_s = 3\n")
    one.serve()
    one.follow()
    ready = until(lambda: bool(rows(one.path("data/cache.db"), "SELECT 1 FROM channel WHERE name = 'price'")))
    subprocess.run([f"{BUILD}/putitem", one.path("sync.conf"), one.path("data"), "1"], stdout=subprocess.DEVNULL, check=True)
    one.order(False, *one.office("terminal add", "hall-1", one.path("data/terminal.pub")))
    one.nudge()
    ready = ready and until(one.all_there)
    one.stop()
    return ready


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(WORK)
    try:
        ready = first_of_all()
    except Exception as e:
        print(f"FAIL schedules: {type(e).__name__}: {e}")
        ready = False
    if not ready:
        print("FAIL schedules: a platform and a terminal\n0 passed, 1 failed")
        return 1
    numbers, lock, sums = iter(range(HOW_MANY)), threading.Lock(), {"passed": 0, "failed": 0, "faults": 0, "saved": 0, "met": 0}

    def work():
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            one = Schedule(number)
            try:
                one.run()
            except Exception as e:  # a test that breaks has failed
                one.say(f"{type(e).__name__}: {e}")
            one.stop()
            with lock:
                sums["faults"] += one.faults
                sums["saved"] += len(one.saved)
                sums["met"] += one.met
                sums["failed" if one.wrong else "passed"] += 1
                if one.wrong:
                    print(f"FAIL schedules: {number}: {one.wrong}", flush=True)
                else:
                    shutil.rmtree(one.dir)

    workers = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    print(f"schedules: {sums['saved']} items called saved, {sums['faults']} kills and cuts, {sums['met']} of them in mid-delivery")
    if sums["met"] * 10 < HOW_MANY:
        print("FAIL schedules: too few kills met a delivery")
        sums["failed"] += 1
    print(f"{sums['passed']} passed, {sums['failed']} failed")
    return 1 if sums["failed"] else 0


sys.exit(main())
