"""What every proof of the virtual card uses: a rig of its own, a plain client, the list of results."""
import json
import os
import socket
import subprocess
import threading

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
CARDS = os.path.join(ROOT, "tests/cardsim/cards")
SELECT = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF"

results = []
lock = threading.Lock()


def report(name, good, more=""):
    with lock:
        results.append(bool(good))
        print(f"ok {name}" if good else f"FAIL {name}: {more}", flush=True)


class Rig:
    """A pcscd and a virtual card of its own, in a directory of its own."""

    def __init__(self, build, where, options=""):
        self.where = where
        self.build = build
        self.made = 0
        self.env = dict(os.environ, B=build, PCSCLITE_CSOCK_NAME=where + "/pcscd/pcscd.comm",
                        CARDSIM_OPTS=f"{os.environ.get('CARDSIM_OPTS', '')} {options}")

    def rig(self, *verb):
        argv = ["tests/cardsim/rig", verb[0], self.where, *verb[1:]]
        done = subprocess.run(argv, cwd=ROOT, env=self.env, timeout=90, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise RuntimeError(done.stdout.strip())

    def tell(self, line):
        return tell(self.where + "/card.sock", line)

    def card(self, name):
        return self.tell(f"in {os.path.join(CARDS, name)}")["ok"]

    def variant(self, name, **keys):
        """A card of cards/ with other values for some keys: a new card, which remembers nothing."""
        with open(os.path.join(CARDS, name), encoding="utf-8") as f:
            lines = [x for x in f if x.split("=")[0].strip() not in keys]
        self.made += 1
        path = f"{self.where}/{self.made}.card"
        with open(path, "w", encoding="utf-8") as f:
            f.writelines(lines + [f"{k} = {v}\n" for k, v in keys.items() if v is not None])
        return path

    def fresh(self, name):
        """pcscd must have seen the slot empty, or it would still speak of the card before."""
        self.tell("out")
        return self.probe("empty", "2000") + [self.card(name)] + self.probe("present", "2000")

    def start_probe(self, *words):
        return subprocess.Popen([f"{self.build}/cardsim-probe", *words], env=self.env, text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, cwd=ROOT)

    def probe(self, *words):
        return finish(self.start_probe(*words))


def finish(process, timeout=10):
    try:
        return process.communicate(timeout=timeout)[0].splitlines()
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[0].splitlines() + ["hung"]


def tell(path, line):
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(5)
        s.connect(path)
        s.sendall(line.encode() + b"\n")
        return json.loads(s.makefile().readline())


class Talk:
    """One connection in which the next command may depend on the last answer."""

    def __init__(self, rig, *words):
        self.process = rig.start_probe("connect", *words, "lines")
        self.guard = threading.Timer(20, self.process.kill)
        self.guard.start()
        self.atr = self.process.stdout.readline().strip()

    def __call__(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        finish(self.process)
        self.guard.cancel()
