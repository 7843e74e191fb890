#!/usr/bin/python3
"""Hands in services picked at random, to the end: services.py CONTROL SERVICES.jsonl COUNT SEED OUT_FILE.

Each is opened, every page answered by the kind of its field, reviewed, agreed to and handed in, with an
invented card or without one. OUT_FILE gets a line "RECEIPT SERVICE FIELD=VALUE …" for each that was called
saved; what stops one is said with the page it stopped on."""
import json
import os
import random
import socket
import sys

control, catalogue, count, seed, out_file = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
rng = random.Random(seed)
CARDS = [None] + [os.path.abspath(f"assets/sim/cards/{n}.apdu") for n in ("zhang-guilan", "wu-yang")]
WORDS = ["门前那块地", "照实写的", "村里都知道", "去年搬来的", "样本一号"]


def idno():
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    body = f"420506{rng.randint(1950, 2000)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}{rng.randint(100, 999)}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights)) % 11]


def bankcard():
    body = "622848" + "".join(str(rng.randint(0, 9)) for _ in range(12))
    for last in "0123456789":
        digits = [int(d) for d in reversed(body + last)]
        if sum(d if i % 2 == 0 else d * 2 - 9 * (d > 4) for i, d in enumerate(digits)) % 10 == 0:
            return body + last


MAKE = {
    "text": lambda f: rng.choice(WORDS),
    "idno": lambda f: idno(),
    "date": lambda f: f"20{rng.randint(10, 25)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
    "phone": lambda f: f"138{rng.randint(0, 99999999):08}",
    "number": lambda f: str(rng.randint(1, 90)),
    "bankcard": lambda f: bankcard(),
    "address": lambda f: f"{rng.randint(1, 9)}组{rng.randint(1, 99)}号",
}


class Stuck(Exception):
    pass


class Terminal:
    def __init__(self):
        self.s = socket.socket(socket.AF_UNIX)
        self.s.connect(control)
        self.f = self.s.makefile("rb")

    def say(self, line):
        self.s.sendall((line + "\n").encode())
        answer = self.f.readline()
        try:
            return json.loads(answer)
        except UnicodeDecodeError as why:
            raise Stuck(f"{line}: a text cut in the middle of a hanzi: {answer[why.start - 200:why.start + 20]!r}") from why

    def must(self, line):
        answer = self.say(line)
        if not answer["ok"]:
            seen = [n["name"] for n in self.say("tree")["nodes"] if n["visible"] and n["name"]]
            raise Stuck(f"{line}: {answer}; on the page: {seen[:30]}")
        return answer

    def ids(self):
        tree = self.must("tree")
        return tree["screen"], {n["id"]: n for n in tree["nodes"]}

    def press(self, name):
        """Scrolls to it first, as a finger would."""
        for way in ("drag 500 1200 500 800 200", "drag 500 800 500 1200 200"):
            for _ in range(14):
                if self.say(f"tap {name}")["ok"]:
                    return
                self.must(way)
                self.must("wait idle")
        self.must(f"tap {name}")


def key_of(name):
    h = 14695981039346656037
    for b in name.encode():
        h = (h ^ b) * 1099511628211 % 2**64
    return h % 2**63 or 1


def answer_page(t, fields, nodes):
    """Fills the page that is there; what was typed, or None where something was chosen."""
    options = [i for i in nodes if i.startswith("form.opt.")]
    written = [i for i in nodes if i.startswith("form.field.")]
    if options:
        t.press(rng.choice(options))
        return None
    if "form.place" in nodes and not written:
        return None  # the village the terminal stands in
    field = fields[written[0].removeprefix("form.field.")]
    value = MAKE[field["type"]](field)
    if nodes[written[0]]["value"] not in ("", "｜"):
        return None
    t.must(f"text {json.dumps(value, ensure_ascii=False)}")
    return field["id"], value


def fill(t, service):
    fields = {f["id"]: f for f in service["fields"]}
    typed, last = {}, None
    for _ in range(80):
        t.must("wait idle")
        screen, nodes = t.ids()
        if screen == "review":
            return typed
        step = nodes["form.step"]["name"] if "form.step" in nodes else None
        if step == last:
            raise Stuck(f"the same page again: {step} {[n['name'] for n in nodes.values() if n['id'] == 'form.wrong' or n['parent'] == 'form.wrong']} {sorted(nodes)[:40]}")
        last = step
        done = answer_page(t, fields, nodes)
        if done:
            typed[done[0]] = done[1]
        t.press("form.next")
    raise Stuck("a form without end")


def hand_in(t, service, out):
    card = rng.choice(CARDS)
    if card:
        t.must(f'card in "{card}"')
        t.must("wait screen citizen")
    t.must(f"go service {key_of(service['id'])}")
    t.must("wait screen service")
    t.press("service.begin")
    t.must("wait screen form")
    typed = fill(t, service)
    for tick in ["review.truth", "review.consent"] + [i for i in t.ids()[1] if i.startswith("review.tick.")]:
        t.press(tick)
    if "review.again" in t.ids()[1]:
        t.press("review.again")
    t.press("review.hand_in")
    t.must("wait screen receipt 10000")
    receipt = t.ids()[1]["receipt.number"]["name"]
    out.write(json.dumps({"receipt": receipt, "service": service["id"], "typed": typed}, ensure_ascii=False) + "\n")
    t.must("tap receipt.done")
    if card:
        t.must("card out")
    t.must("wait screen home")


def main():
    with open(catalogue, encoding="utf-8") as f:
        services = [s for s in map(json.loads, f) if s["kiosk"] == "full"]
    chosen = rng.sample(services, min(count, len(services)))
    t = Terminal()
    failed = 0
    with open(out_file, "w", encoding="utf-8") as out:
        for service in chosen:
            try:
                hand_in(t, service, out)
            except (Stuck, KeyError, IndexError, TypeError) as why:
                print(f"{service['id']}: {why!r}")
                failed += 1
                t.say("card out")
                t.say("key home")
                t.say("clock set +200")
                t.say("wait idle")
    t.must("sync")
    print(f"handed in: {len(chosen) - failed} of {len(chosen)}, seed {seed}")
    sys.exit(failed != 0)


main()
