#!/usr/bin/python3
"""Judges every ATR of a list by ISO/IEC 7816-3 §8.2, and asks the terminal the same: atr.py HUIMIN LIST

Written from the norm without reading hal/atr.c. Lines with wildcards are no ATRs and are left out."""
import re
import subprocess
import sys


def judge(b):
    """(verdict, historical bytes): ok, ts, short, no_tck, tck or trailing"""
    if b[0] not in (0x3B, 0x3F):
        return "ts", b""
    try:
        count, need_check, pos, announces = b[1] & 15, False, 2, b[1]
        while True:
            for bit in (0x10, 0x20, 0x40):
                pos += 1 if announces & bit else 0
            if not announces & 0x80:
                break
            announces = b[pos]
            pos += 1
            need_check = need_check or announces & 15 > 0
    except IndexError:
        return "short", b""
    if pos > len(b):
        return "short", b""
    history, rest = b[pos : pos + count], b[pos + count :]
    if len(history) < count:
        return "short", history
    if need_check and not rest:
        return "no_tck", history
    if need_check:
        total = 0
        for byte in b[1 : pos + count + 1]:
            total ^= byte
        if total:
            return "tck", history
        rest = rest[1:]
    return ("trailing" if rest else "ok"), history


def main():
    huimin, path = sys.argv[1:]
    text = open(path, encoding="utf-8", errors="replace").read()
    atrs = [m.replace(" ", "") for m in re.findall(r"(?m)^(3[BF](?: ?[0-9A-Fa-f]{2})+)\s*$", text)]
    said = subprocess.run([huimin, "--check-atr", "-"], input="\n".join(atrs) + "\n", text=True,
                          stdout=subprocess.PIPE, check=True).stdout.splitlines()
    if len(said) != len(atrs) or len(atrs) < 3000:
        sys.exit("%d ATRs, %d answers" % (len(atrs), len(said)))
    counts, differ = {}, 0
    for atr, answer in zip(atrs, said):
        verdict, history = judge(bytes.fromhex(atr))
        wanted = (verdict if verdict == "ok" else "bad " + verdict) + (" " + history.hex().upper() if history else "")
        counts[verdict] = counts.get(verdict, 0) + 1
        if wanted != answer:
            differ += 1
            print("differs: %s: %s, not %s" % (atr, answer, wanted))
    print("%d ATRs: %s" % (len(atrs), ", ".join("%s %d" % c for c in sorted(counts.items()))))
    sys.exit(1 if differ else 0)


main()
