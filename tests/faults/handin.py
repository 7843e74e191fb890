#!/usr/bin/python3
"""Kills huimin at random moments of handing in: handin.py BUILD DATA CLOCK ROUNDS SEEN_FILE.

Each round fills a form with a recorded card, presses the button, and kills -9 within 60 ms. What the
screen had called saved goes into SEEN_FILE. Prints how long the terminal took to be back."""
import json
import os
import random
import socket
import subprocess
import sys
import time

build, data, clock, rounds, seen_file = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]
sock = data + "/../handin.sock"
CARD = os.path.abspath("assets/sim/cards/zhang-guilan.apdu")


class Terminal:
    def __init__(self):
        begin = time.monotonic()
        env = dict(os.environ, SDL_VIDEODRIVER="dummy")
        with open(data + "/../huimin.log", "a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [build + "/huimin", "--data", data, "--clock", clock, "--control", sock, "--reader", "sim",
                 "--size", "1080x1920", "--panel-mm", "268x476"], env=env, stderr=log)
        while True:
            try:
                self.s = socket.socket(socket.AF_UNIX)
                self.s.connect(sock)
                break
            except OSError:
                if time.monotonic() - begin > 20 or self.process.poll() is not None:
                    sys.exit("huimin does not start")
                time.sleep(0.01)
        self.back_ms = (time.monotonic() - begin) * 1000
        self.f = self.s.makefile("r", encoding="utf-8")

    def say(self, line):
        self.s.sendall((line + "\n").encode())
        return json.loads(self.f.readline())

    def must(self, line):
        answer = self.say(line)
        if not answer["ok"]:
            sys.exit(f"{line}: {answer}")
        return answer

    def fill(self):
        for line in [f'card in "{CARD}"', "wait screen citizen", "tap citizen.services", "tap services.search",
                     'text "laixin"', "wait idle", "tap services.row.xf-laixin", "tap service.begin",
                     "wait screen form", 'text "13900001234"', "tap form.next", "tap form.opt.0", "tap form.next",
                     "tap form.opt.0", "tap form.next", "wait idle", 'text "路灯坏了，请来修。"', "tap form.next",
                     "wait screen review", "tap review.truth", "tap review.consent"]:
            self.must(line)
        if any(n["id"] == "review.again" for n in self.must("tree")["nodes"]):
            self.must("tap review.again")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.s.close()
        os.unlink(sock)


def watch(terminal, until):
    """The receipt number on the screen, if it came before `until`."""
    while time.monotonic() < until:
        for node in terminal.say("tree")["nodes"]:
            if node["id"] == "receipt.number" and node["visible"]:
                return node["name"] or node["value"]
    return None


slowest = 0
with open(seen_file, "w", encoding="utf-8") as seen:
    for _ in range(rounds):
        terminal = Terminal()
        slowest = max(slowest, terminal.back_ms)
        terminal.fill()
        until = time.monotonic() + random.random() ** 3 * 0.06
        terminal.s.sendall(b"tap review.hand_in\n")
        pressed = time.monotonic()
        number = None
        if random.random() < 0.5:
            while time.monotonic() < until:
                time.sleep(0.001)
        else:
            terminal.f.readline()
            number = watch(terminal, until + 0.1)
        terminal.kill()
        if number:
            seen.write(number + "\n")
last = Terminal()
slowest = max(slowest, last.back_ms)
last.must("quit")
last.process.wait()
print(f"back_after_kill {slowest:.0f} ms")
