#!/usr/bin/python3
"""Checks the invented citizens: identity numbers (GB 11643), card numbers, birth, sex, dates."""
import datetime
import glob
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def identity_check(digits):
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights)) % 11]


def card_check(number):
    values = [ord(number[0]) - ord("A") + 10] + [int(d) for d in number[1:8]]
    rest = 11 - sum(v * w for v, w in zip(values, [3, 7, 9, 10, 5, 8, 4, 2])) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def read(path):
    card = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            if "=" in line and not line.startswith("#"):
                key, _, value = line.partition("=")
                card[key.strip()] = value.strip()
    return card


def day(text):
    return datetime.datetime.strptime(text, "%Y%m%d").date()


def faults(card):
    number, no = card["id"], card["card_no"]
    if len(number) != 18 or identity_check(number) != number[17]:
        yield f"id: the check digit is {identity_check(number)}"
    if number[:6] != "420506":
        yield "id: of another area"
    if len(no) != 9 or card_check(no) != no[8]:
        yield f"card_no: the check character is {card_check(no)}"
    if card["birth"] != number[6:14] or not 1938 <= day(card["birth"]).year <= 2005:
        yield "birth"
    if card["sex"] != ("1" if int(number[16]) % 2 else "2"):
        yield "sex"
    if day(card["issued"]) >= day(card["expires"]):
        yield "expires before it is issued"
    card["name"].encode("gbk")


def main():
    assert identity_check("11010519491231002") == "X"
    assert card_check("D2143569") == "X"  # the standard's own example
    paths = sorted(glob.glob(HERE + "/cards/*.card"))
    bad = seen = 0
    numbers = set()
    for path in paths:
        card = read(path)
        if card["kind"] != "ssc":
            continue
        seen += 1
        numbers.update((card["id"], card["card_no"]))
        for fault in faults(card):
            bad += 1
            print(f"{os.path.basename(path)}: {fault}")
    if len(paths) != 21 or len(numbers) != 2 * seen:
        bad += 1
        print(f"{len(paths)} cards, {len(numbers)} different numbers")
    return 1 if bad else 0


sys.exit(main())
