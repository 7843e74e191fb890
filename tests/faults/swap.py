#!/usr/bin/python3
"""Cards are swapped at random moments: swap.py CONTROL_SOCKET LINE_SOCKET ROUNDS.

First each card shows all its amounts; what only one of them has is its mark. Then cards come and go
while questions and answers are on their way over a slow line: no mark of another card may ever be in
the tree of the screen, and nothing personal when no card is in. Nothing of the last card is there
100 ms after the next one is in."""
import random
import re
import socket
import sys
import time

from port import Port

CARDS = ["zhang-guilan", "xiong-daqing", "yi-zhetao", "xiang-yun"]
AMOUNT = re.compile(r"[0-9][0-9,]*\.[0-9][0-9]元")
NAME = re.compile(r"[\u4e00-\u9fff]\*[\u4e00-\u9fff]?")
PARTS = range(5)


def line(path, command):
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(5)
        s.connect(path)
        s.sendall((command + "\n").encode())
        s.recv(200)


def words(port):
    return "\n".join(f"{n['name']} {n['value']}" for n in port.must("tree")["nodes"])


def come(port, card):
    port.must(f"card in assets/sim/cards/{card}.apdu")


def learn(port):
    marks = {}
    for card in CARDS:
        come(port, card)
        port.must("wait screen citizen 5000")
        seen = set(NAME.findall(words(port)))
        for part in PARTS:
            port.must(f"go account {part}")
            known = False
            for _ in range(100):
                text = words(port)
                known = "account.figure" in str(port.must("tree")) or "没有查到您的" in text
                if known:
                    break
                time.sleep(0.05)
            if not known:
                sys.exit(f"no answer for {card} {part}")
            if port.ask("tap account.show").get("ok"):
                port.ask("tap account.all")
                seen |= set(AMOUNT.findall(words(port)))
        marks[card] = seen
        port.must("card out")
        port.must("wait screen home 3000")
    apart = {}
    for card in CARDS:
        others = set().union(*(marks[c] for c in CARDS if c != card))
        apart[card] = (marks[card] - others, others - marks[card])
    return apart


def foreign(text, marks, card):
    wrong = marks[card][1] if card else set().union(*(m[0] | m[1] for m in marks.values()))
    return [m for m in set(AMOUNT.findall(text)) | set(NAME.findall(text)) if m in wrong]


def check(port, marks, card, history):
    text = words(port)
    found = foreign(text, marks, card)
    if found:
        print(f"FAIL swap: with {card}: {found} after {history[-8:]}")
        sys.exit(1)
    return len(AMOUNT.findall(text))


def gone_ms(port, marks, card, history):
    """From the next card being in to nothing of the last one on the screen."""
    begin = time.monotonic()
    while foreign(words(port), marks, card):
        if time.monotonic() - begin > 1:
            sys.exit(f"with {card} the last one's stays, after {history[-8:]}")
    return (time.monotonic() - begin) * 1000


def main():
    seed = random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)
    port = Port(sys.argv[1])
    rounds, swap_ms = int(sys.argv[3]), 0
    marks = learn(port)
    for card in CARDS:
        if len(marks[card][0]) < 3:
            sys.exit(f"{card} has too few marks")
    card, history, seen = None, [], 0
    for _ in range(rounds):
        line(sys.argv[2], f"delay {chance.choice([0, 0, 5, 20, 60])}")
        if card and chance.random() < 0.3:
            port.must("card out")
            card = None
            history.append("out")
            if not port.ask("wait screen home 3000").get("ok"):
                sys.exit(f"not home: {port.ask('screen')} {port.ask('stats').get('reader')} {history[-9:]}")
            check(port, marks, None, history)
        card = chance.choice([c for c in CARDS if c != card])
        come(port, card)
        swap_ms = max(swap_ms, gone_ms(port, marks, card, history))
        history.append(card)
        if port.ask("wait screen citizen 2000").get("ok"):
            check(port, marks, card, history)
        for _ in range(chance.randrange(1, 4)):
            part = chance.choice(PARTS)
            proof = chance.random() < 0.25
            history.append(f"{'proof' if proof else 'part'} {part}")
            port.ask(f"go {'proof' if proof else 'account'} {part}")
            if proof:
                port.ask(f"tap proof.for.{chance.randrange(6)}")
            for _ in range(chance.randrange(0, 6)):
                time.sleep(chance.choice([0, 0, 0.02, 0.1]))
                port.ask("tap account.show")
                seen += check(port, marks, card, history)
    print(f"{rounds} swaps, the last one gone within {swap_ms:.0f} ms; {seen} amounts seen, none of "
          f"another's (seed {seed})")
    if swap_ms > 100:
        sys.exit("the last one stays too long")
    if seen < rounds:
        sys.exit("too few amounts seen to say anything")


main()
