#!/usr/bin/python3
"""Cards go in and out of a real reader, again and again: cycles.py CONTROL_SOCKET CARD_SOCKET CARDS_DIR N PID.

Each time the screen must say whose or what card it is, and nothing of any card before; out, nobody's.
Prints how much memory huimin had of its own (what it shares with others changes with them) after the
first tenth and at the end (kB)."""
import sys
import time

from port import Port

# the card, what must be on the screen, the state of the reader
CARDS = [("01-zhang-guilan", "张*兰", "ready"), ("13-transit", "交通联合卡", "ready"),
         ("02-xiong-daqing", "熊*庆", "ready"), ("09-bank", "这是银行卡", "unsupported"),
         ("12-qin-dehou", "覃*厚", "ready"), ("15-health", "居民健康卡", "ready"),
         ("03-wu-yang", "武*", "ready"), ("04-ouyang-chunlan", "欧**兰", "ready"), ("14-city", "城市公交卡", "ready")]
READ_S, GONE_S = 5.0, 1.5


def words(port):
    return "\n".join("%s %s" % (n["name"], n["value"]) for n in port.must("tree")["nodes"])


def until(port, good, seconds):
    """The words of the screen once they are good; None when they never are."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        seen = words(port)
        if good(seen):
            return seen
        time.sleep(0.02)
    return None


def state(port):
    return port.must("stats")["reader"]["state"]


def cycle(port, card, folder, i):
    name, shown, wanted = CARDS[i % len(CARDS)]
    others = [c[1] for c in CARDS if c[1] != shown]
    card.must("in %s/%s.card" % (folder, name))
    seen = until(port, lambda t: shown in t, READ_S)
    if seen is None:
        sys.exit("cycle %d: %s is not told (%s)" % (i, name, state(port)))
    for other in others:
        if other in seen and not other.startswith("这是"):  # a sentence stays long enough to be read
            sys.exit("cycle %d: %s is told, and %s still" % (i, name, other))
    if state(port) != wanted:
        sys.exit("cycle %d: %s makes the reader %s" % (i, name, state(port)))
    card.must("out")
    if until(port, lambda t: not any("*" in c[1] and c[1] in t for c in CARDS), GONE_S) is None:
        sys.exit("cycle %d: a name stays" % i)
    end = time.monotonic() + GONE_S
    while state(port) != "empty":
        if time.monotonic() > end:
            sys.exit("cycle %d: the reader is %s without a card" % (i, state(port)))
        time.sleep(0.02)


def own_kb(port, pid):
    try:
        with open("/proc/%s/smaps_rollup" % pid) as f:
            return sum(int(line.split()[1]) for line in f if line.startswith("Private_Dirty:"))
    except PermissionError:  # it lets nobody look into it but root; itself it may ask
        return port.must("stats")["pss_kb"]


def main():
    control, card_socket, folder, n, pid = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]
    port, card = Port(control), Port(card_socket)
    first = 0
    for i in range(n):
        cycle(port, card, folder, i)
        if i + 1 == max(2 * len(CARDS), n // 10):
            first = own_kb(port, pid)
    last = own_kb(port, pid)
    gap = port.must("stats")["ui_gap_us"]["max"]
    print("%d cards in and out, each told, none missed; %d kB, then %d kB" % (n, first, last))
    print("figures %d %d %d" % (first, last, gap))


main()
