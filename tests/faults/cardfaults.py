#!/usr/bin/python3
"""Every fault of the virtual card, at every place: cardfaults.py CONTROL CARD_SOCKET CARDS_DIR WORK SEED|all GAP_MS PID.

A fault strikes while a card is read, while it proves itself to the platform, or while its PIN is tried
and changed. Each time: what must be said is said in time, the UI thread never waits, nothing personal
stays when the card is out, and the next good card is read at once. SEED: one place of each fault and some
more; all: every place. Prints one line a fault that was not borne, then `figures`."""
import itertools
import os
import random
import re
import shutil
import sys
import time

from port import Port

CONTROL, CARD, CARDS, WORK, SEED, GAP_MS, PID = sys.argv[1:8]
SEEN_S = 0.9  # pcscd looks every 400 ms; slack for the looking
VERDICT_S = 8.0
PIN, NEW_PIN = "8472610593", "2468135"
NAMES = {"01-zhang-guilan": "张*兰", "03-wu-yang": "武*", "17-forged": "贾*真", "20-locked": "杜*河"}
GOOD, GOOD_NAME = "02-xiong-daqing", "熊*庆"


class Fault(Exception):
    pass


def sentences():
    """What the pages say, by the names used below; the locale file is the truth."""
    text = open("locale/zh_CN.po", encoding="utf-8").read()
    said = dict(re.findall(r'^msgid "((?:card|pin)\.\w+)"\nmsgstr "(.*)"$', text, re.M))
    cards = ("pulled", "mute_what", "upside_down", "unknown", "locked", "refused")
    pins = ("old", "new", "again", "right", "changed", "failed_line", "unsure_line")
    found = {k.split("_what")[0]: said["card." + k] for k in cards}
    found.update({"pin." + k: said["pin." + k] for k in pins})
    return found


SAID = sentences()


def not_ok(why):
    raise Fault(why)


port, card = Port(CONTROL, not_ok), Port(CARD, not_ok)
fresh = itertools.count(1)


def words(tree=None):
    return "\n".join("%s %s" % (n["name"], n["value"]) for n in (tree or port.must("tree"))["nodes"])


def state():
    return port.must("stats")["reader"]["state"]


def seen(name):
    """The names of all that is said now. named: whose card it is; asked: … and what they handed in;
    shut: nobody says whose it is; home: no page of anybody's."""
    tree = port.must("tree")
    text = words(tree)
    out = {k for k, v in SAID.items() if v in text}
    asked = "还没有交过申请" in text
    if name in text:
        out |= {"named", "asked"} if asked else {"named"}
    elif "姓名这里读不出来" in text:
        out.add("shut")
    if tree["screen"] == "home" and not out:
        out.add("home")
    return out


def until(wanted, name, seconds):
    """Seconds until one of these is said."""
    begin = time.monotonic()
    while True:
        now = seen(name)
        took = time.monotonic() - begin
        if now & set(wanted):
            return took
        if took > seconds:
            raise Fault("not %s but %s (%s) after %.1f s" % ("/".join(wanted), "+".join(sorted(now)),
                                                           state(), took))
        time.sleep(0.02)


def empty():
    card.must("out")
    end = time.monotonic() + 3
    while state() != "empty":
        if time.monotonic() > end:
            raise Fault("the reader is %s without a card" % state())
        time.sleep(0.02)


def nothing_stays():
    """A sentence may, until it was read."""
    end = time.monotonic() + 0.5
    while any(name in words() for name in [*NAMES.values(), GOOD_NAME]):
        if time.monotonic() > end:
            raise Fault("a name stays")


def next_good():
    card.must("in %s/%s.card" % (CARDS, GOOD))
    until(["named"], GOOD_NAME, 3)
    for name in NAMES.values():
        if name in words():
            raise Fault("%s is told with another's card" % name)
    empty()


def queued_ms():
    """How long the UI thread has stood ready for a processor that others had."""
    with open("/proc/%s/task/%s/schedstat" % (PID, PID)) as f:
        return int(f.read().split()[1]) / 1e6


# --- the three phases ------------------------------------------------------------------------------

def come(which, fault):
    """The card with this fault; one whose PIN may change is another card each time."""
    if fault:
        card.must("fault " + fault)
    card.must("in %s" % which)


def read(case, which):
    come(which, case["fault"])
    return until(case["said"], case["name"], VERDICT_S + SEEN_S)


def prove(case, which):
    """The fault counts from the first command on; the page is there before it strikes, or after."""
    come(which, case["fault"])
    return until(case["said"], case["name"], VERDICT_S + 2 * SEEN_S)


def at_rest():
    """Nothing is asked of the card any more: what is ordered next has the numbers below."""
    commands = -1
    while commands != (now := card.must("state")["commands"]):
        commands = now
        time.sleep(0.1)


def type_pin(pin):
    port.must('text "%s"' % pin)
    port.must("tap pad.done")


def try_pin(case, which):
    """Tried and changed until the fault strikes; then what must be said."""
    come(which, "")
    until(["asked"], case["name"], 5)
    at_rest()
    card.must("fault " + case["fault"])
    port.must("go card_pin")
    steps = [("pin.old", lambda: type_pin(PIN)), ("pin.right", lambda: port.must("tap card_pin.change")),
             ("pin.new", lambda: type_pin(NEW_PIN)), ("pin.again", lambda: type_pin(NEW_PIN))]
    slowest = 0
    for shown, go_on in steps:
        slowest = max(slowest, until([shown] + case["said"], case["name"], VERDICT_S + SEEN_S))
        if seen(case["name"]) & set(case["said"]):
            return slowest
        go_on()
    return max(slowest, until(case["said"], case["name"], VERDICT_S + SEEN_S))


def silent_then_left(case, which):
    """A silent card is said to be one; who goes on without it is answered at once all the same."""
    took = try_pin(case, which)
    port.must("tap card.without")
    port.must("go card_pin")
    until(["pin.failed_line"], case["name"], 1)
    return took


# --- the table -------------------------------------------------------------------------------------

def cases():
    """Commands of a card: 1-10 read it (SELECT, EF05, its records, EF06, its records: two each, for what
    is promised is fetched), 11-18 are the platform's question (the number again in six, INTERNAL), from
    19 on the number before each personal question. Of a third generation card: 1-9, 10-17, 18-19 its own
    numbers, 20 EXTERNAL, 21-24 what it opens. A PIN: 1-6 the number, 7 the tries; 8-14 the same, 15
    VERIFY; 16-22, 23 CHANGE."""
    table = [
        (read, "01-zhang-guilan", "mute", (1, 4, 10), ["mute"]),
        (read, "01-zhang-guilan", "short", (0,), ["mute"]),
        (read, "01-zhang-guilan", "slow", (1500,), ["mute"]),
        (read, "01-zhang-guilan", "yank", range(1, 11), ["pulled"]),
        (read, "01-zhang-guilan", "truncate", (0, 1, 2, 5, 20), ["pulled"]),
        (read, "01-zhang-guilan", "garbage", range(1, 11), ["named"]),
        (read, "01-zhang-guilan", "sw", range(1, 11), ["named"]),
        (read, "01-zhang-guilan", "short", (1,), ["mute"]),
        (read, "01-zhang-guilan", "short", (2,), ["unknown"]),
        (read, "01-zhang-guilan", "slow", (50, 200, 500), ["named"]),
        (read, "01-zhang-guilan", "long", (1, 100), ["named"]),
        (read, "01-zhang-guilan", "long", (300, 60000), ["named", "unknown"]),
        (read, "01-zhang-guilan", "tlv", (1, 2, 3, 4, 5, 101, 202, 301, 402, 501), ["named"]),
        (read, "01-zhang-guilan", "endless", range(1, 11), ["unknown"]),
        (read, "01-zhang-guilan", "loop6c", ("1",), ["unknown"]),
        (read, "01-zhang-guilan", "bit", (1, 2, 4), ["named"]),
        (read, "01-zhang-guilan", "upside_down", ("1",), ["upside_down"]),
        (read, "01-zhang-guilan", "no_atr", ("1",), ["home"]),
        (read, "20-locked", "", ("",), ["locked"]),
        (prove, "17-forged", "", ("",), ["refused"]),
        (prove, "01-zhang-guilan", "wrong_auth", ("1",), ["refused"]),
        (prove, "03-wu-yang", "wrong_auth", ("1",), ["refused"]),
        (prove, "01-zhang-guilan", "mute", (12, 16, 18, 21), ["mute"]),
        (prove, "03-wu-yang", "mute", (11, 17, 19, 20, 23), ["mute"]),
        (prove, "01-zhang-guilan", "sw", range(11, 31), ["asked"]),
        (prove, "03-wu-yang", "sw", [*range(10, 16), *range(21, 25)], ["asked"]),
        # it cannot prove itself, or draws no numbers: then its holder is not told, either
        (prove, "03-wu-yang", "sw", range(16, 21), ["asked", "shut"]),
        (prove, "01-zhang-guilan", "garbage", range(11, 19), ["asked"]),
        (prove, "01-zhang-guilan", "yank", range(11, 25), ["pulled", "home"]),
        (prove, "03-wu-yang", "yank", range(10, 25), ["pulled", "home"]),
        (try_pin, "01-zhang-guilan", "sw", range(1, 8), ["pin.changed"]),
        (try_pin, "01-zhang-guilan", "garbage", range(1, 8), ["pin.changed"]),
        (try_pin, "01-zhang-guilan", "slow", (60,), ["pin.changed"]),
        (try_pin, "01-zhang-guilan", "sw", (8, 14, 15), ["pin.failed_line"]),
        (try_pin, "01-zhang-guilan", "garbage", (9, 14, 15), ["pin.failed_line"]),
        (try_pin, "01-zhang-guilan", "sw", (16, 22, 23), ["pin.unsure_line"]),
        (try_pin, "01-zhang-guilan", "garbage", (23,), ["pin.unsure_line"]),
        (try_pin, "01-zhang-guilan", "yank", (1, 7, 8, 15, 16, 23), ["home"]),
        (try_pin, "01-zhang-guilan", "truncate", (0, 1), ["home"]),
        (try_pin, "01-zhang-guilan", "short", (1, 2), ["pin.failed_line"]),
        (silent_then_left, "01-zhang-guilan", "mute", (7, 15), ["mute"]),
        (try_pin, "01-zhang-guilan", "mute", (2, 14, 23), ["mute"]),
    ]
    return [{"phase": phase, "card": which, "name": NAMES[which], "said": said, "kind": name or which,
             "fault": ("%s %s" % (name, n)).strip(), "silent": said == ["mute"] and (name, n) != ("short", 1)}
            for phase, which, name, places, said in table for n in places]


def chosen(seed):
    """All; those of one card; or one of each fault, two more of each later phase, and two silent cards (each takes 8 s)."""
    every = cases()
    if seed == "all":
        return every
    if seed in NAMES:
        return [c for c in every if c["card"] == seed and not c["silent"]]
    chance = random.Random(int(seed))
    short = [c for c in every if not c["silent"]]
    some = [chance.choice([c for c in short if c["kind"] == kind]) for kind in dict.fromkeys(c["kind"] for c in short)]
    for phase in (prove, try_pin):
        some += chance.sample([c for c in short if c["phase"] is phase and c not in some], 2)
    silent = [c for c in every if c["silent"]]
    pin = (try_pin, silent_then_left)
    return some + [chance.choice([c for c in silent if (c["phase"] in pin) == wanted]) for wanted in (False, True)]


def bear(case):
    which = "%s/fault-%d.card" % (WORK, next(fresh))  # one whose PIN was changed is not used again
    shutil.copy("%s/%s.card" % (CARDS, case["card"]), which)
    with open(which, "a", encoding="utf-8") as f:
        f.write("pin = %s\n" % PIN)
    empty()
    port.must("go home")
    port.must("stats reset")
    queued = queued_ms()
    took = case["phase"](case, which)
    empty()
    nothing_stays()
    next_good()
    os.unlink(which)
    gap = port.must("stats")["ui_gap_us"]["max"] / 1000
    return took, gap, gap - (queued_ms() - queued)


def bear_smoothly(case):
    """On a busy machine any thread may wait; what freezes the screen does so every time, and by
    itself."""
    for _ in range(3):
        took, gap, own = bear(case)
        if own <= float(GAP_MS):
            return took, gap
    raise Fault("the UI thread waited %.1f ms, %.1f of them by itself" % (gap, own))


def main():
    port.must("probe on")
    todo, failed, longest, gap = chosen(SEED), 0, 0, 0
    for case in todo:
        try:
            took, waited = bear_smoothly(case)
            longest, gap = max(longest, took), max(gap, waited)
        except Fault as e:
            failed += 1
            print("%s %s, %s: %s" % (case["card"], case["fault"], case["phase"].__name__, e), flush=True)
    print("figures %d %d %.1f %.1f" % (len(todo), failed, longest, gap))
    sys.exit(failed != 0)


main()
