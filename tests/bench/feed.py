#!/usr/bin/python3
"""The first sync of 20,000 notices and a poll that finds nothing new, beside what the same rows cost
as one file: over HTTP with gzip, into the same tables of SQLite. usage: feed.py BUILD initial|search|floor|bare|no_change

initial: from exec of huimin-sync until it tells huimin that it is done, over HTTP from `huimin-platform
serve`: a new cache.db, keys, index, signatures, base, every row, watermark. search: until the search index, which
is made after the rows, is there too. floor: download of the gzip'ed JSON lines from
a plain server, gunzip, parse, INSERT into the tables and the search index that huimin-sync makes,
one transaction, fsync. bare: the same by the sqlite3 program into one table without any index: a
terminal could not search it. Seconds; no_change: ms.
"""
import atexit
import gzip
import http.server
import json
import os
import pathlib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

B, WHAT = sys.argv[1], sys.argv[2]
ROWS = 20000
COLUMNS = ("id", "day", "at_min", "sender", "sender_en", "title", "title_en", "body", "body_en", "kind", "pinned")


def notices(folder):
    """The seed's notices ten times over; no two bodies are the same."""
    subprocess.run([B + "/huimin-seed-gen", "--out", folder + "/seed"], check=True)
    lines = pathlib.Path(folder, "seed/notices.jsonl").read_text(encoding="utf-8").splitlines()
    os.mkdir(folder + "/in")
    with open(folder + "/in/notices.jsonl", "w", encoding="utf-8") as f:
        for i in range(ROWS):
            o = json.loads(lines[i % len(lines)])
            o["id"] = i + 1
            o["body"] += "\n编号%d-%d" % (i * 7919 % 99991, i)
            f.write(json.dumps(o, ensure_ascii=False, separators=(",", ":")) + "\n")
    return folder + "/in"


def program(*args):
    """What is started here ends with us, whatever becomes of the figure: bench.sh waits for our output's end."""
    p = subprocess.Popen(args, stderr=subprocess.DEVNULL)
    atexit.register(p.kill)
    return p


class Platform:
    def __init__(self, work):
        common = ["--db", work + "/p.db", "--keys", work + "/keys", "--feed", work + "/feed"]
        subprocess.run([B + "/huimin-platform", "publish", notices(work), *common], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        self.url = "http://127.0.0.1:%d" % port
        self.p = program(B + "/huimin-platform", "serve", "--listen", "127.0.0.1:%d" % port, *common)
        for _ in range(200):
            try:
                urllib.request.urlopen(self.url + "/healthz").read()
                break
            except OSError:
                time.sleep(0.02)
        self.conf = work + "/terminal.conf"
        pathlib.Path(self.conf).write_text("feed.root = %s/keys/root.pub\n" % work)

    def sync(self, data, *more):
        return program(B + "/huimin-sync", "--config", self.conf, "--data", data, "--platform", self.url, *more)

    def end(self):
        self.p.terminate()
        self.p.wait()


def count(path):
    db = sqlite3.connect(path)
    n = db.execute("SELECT count(*) FROM notice").fetchone()[0]
    db.close()
    return n


def first_sync(work, until):
    """From exec until huimin is told so; then the rows must be there."""
    p = Platform(work)
    began = time.perf_counter()
    sync = p.sync(work + "/data", "--poll-s", "3600")
    ear = Ear(work + "/data")
    ear.say("hello")
    until(ear)
    took = time.perf_counter() - began
    rows = count(work + "/data/cache.db")
    sync.terminate()
    sync.wait()
    p.end()
    if rows != ROWS:
        sys.exit("only %d rows arrived" % rows)
    return took


def online(ear):
    while ear.state()["state"] != "online":
        pass


def initial(work):
    return first_sync(work, online)


def search(work):
    def told_again(ear):
        online(ear)
        ear.wait_for("changed")
    return first_sync(work, told_again)


def serve(folder):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *a):
            super().__init__(*a, directory=folder)

        def log_message(self, *a):
            pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return "http://127.0.0.1:%d" % server.server_address[1]



def gzipped(work):
    """The rows as one file behind a plain server; its address."""
    folder, days = notices(work), {}
    os.mkdir(work + "/www")
    with open(folder + "/notices.jsonl", encoding="utf-8") as f, \
            gzip.open(work + "/www/n.gz", "wt", 6, encoding="utf-8") as out:
        out.write("[")
        for i, line in enumerate(f):
            o = json.loads(line)
            o["day"] = days.setdefault(o["day"], len(days) + 20000)
            out.write((",\n" if i else "") + json.dumps([o.get(c, 0 if c == "pinned" else None) for c in COLUMNS],
                                                        ensure_ascii=False, separators=(",", ":")))
        out.write("]")
    return serve(work + "/www")


def floor(work):
    """curl, gunzip and a C program over our own tables: nothing of Python in what is measured."""
    url = gzipped(work)
    subprocess.run("gcc -std=c11 -O2 -I. -D_GNU_SOURCE tests/bench/feed_floor.c -o %s/floor -Wl,--start-group"
                   " %s/lib/app.a %s/lib/hal.a -Wl,--end-group -Wl,--gc-sections $(pkg-config --libs libsodium"
                   " jansson libzstd sqlite3) -lm -lpthread" % (work, B, B), shell=True, check=True)
    began = time.perf_counter()
    subprocess.run("curl -s %s/n.gz | gunzip > %s/n.json && %s/floor %s/n.json %s/f.db" %
                   (url, work, work, work, work), shell=True, check=True)
    took = time.perf_counter() - began
    if count(work + "/f.db") != ROWS:
        sys.exit("the floor failed")
    return took


def bare(work):
    """The sqlite3 program, one table, no index."""
    url = gzipped(work)
    sql = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; BEGIN; CREATE TABLE notice(id INTEGER PRIMARY KEY, "
    sql += ", ".join(COLUMNS[1:]) + "); INSERT INTO notice SELECT "
    sql += ", ".join("json_extract(value, '$[%d]')" % i for i in range(len(COLUMNS)))
    sql += " FROM json_each(readfile('%s/n.json')); COMMIT;" % work
    began = time.perf_counter()
    subprocess.run("curl -s %s/n.gz | gunzip > %s/n.json && sqlite3 %s/f.db" % (url, work, work), shell=True,
                   input=sql, text=True, check=True, stdout=subprocess.DEVNULL)
    took = time.perf_counter() - began
    if count(work + "/f.db") != ROWS:
        sys.exit("the floor failed")
    return took


class Ear:
    """huimin's end of sync.sock."""

    def __init__(self, data):
        for _ in range(500):
            try:
                self.s = socket.socket(socket.AF_UNIX)
                self.s.settimeout(120)
                self.s.connect(data + "/sync.sock")
                break
            except OSError:
                time.sleep(0.01)
        self.f = self.s.makefile("rw")

    def say(self, what):
        self.f.write(json.dumps({"m": what}) + "\n")
        self.f.flush()

    def wait_for(self, kind):
        while True:
            m = json.loads(self.f.readline())
            if m["m"] == kind:
                return m

    def state(self):
        return self.wait_for("state")


def no_change(work):
    """From the order to the state of the finished poll, with both ends of the socket: median of 300."""
    p = Platform(work)
    sync = p.sync(work + "/data", "--poll-s", "3600")
    ear = Ear(work + "/data")
    ear.say("sync")
    online(ear)
    times = []
    for _ in range(300):
        began = time.perf_counter()
        ear.say("sync")
        m = ear.state()
        times.append(time.perf_counter() - began)
        if m["err"] != "ok":
            sys.exit("not online")
    sync.terminate()
    sync.wait()
    p.end()
    return sorted(times)[len(times) // 2] * 1000


if WHAT == "rows":
    notices(sys.argv[3])
    sys.exit()
with tempfile.TemporaryDirectory() as work:
    print("%.3f" % {f.__name__: f for f in (initial, search, floor, bare, no_change)}[WHAT](work))
