#!/usr/bin/python3
"""Invents a citizen nobody has seen before: citizen.py CARD_FILE NEEDLES_FILE."""
import random
import sys

FAMILY = "龚邹雷翁聂鄢佘缪卞匡"
GIVEN = "翊珺煜霖骁澜昕砚蘅笙湄筠"
WORDS = "青瓦檐下麻雀啄了半筐霉豆腐去县城换铁锅"
rng = random.SystemRandom()
birth = f"{rng.randint(1938, 1999)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
body = f"420506{birth}{rng.randint(100, 999)}"
weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
number = body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights)) % 11]
card = f"A{rng.randint(1000000, 9999999)}"
values = [10] + [int(d) for d in card[1:]]
rest = 11 - sum(v * w for v, w in zip(values, [3, 7, 9, 10, 5, 8, 4, 2])) % 11
card += {10: "X", 11: "0"}.get(rest, str(rest))
name = rng.choice(FAMILY) + "".join(rng.sample(GIVEN, 2))
phone = f"139{rng.randint(10000000, 99999999)}"
letter = "".join(rng.sample(WORDS, 12))
with open(sys.argv[1], "w", encoding="utf-8") as f:
    f.write(f"kind = ssc\ngeneration = 2\narea = 420506\nname = {name}\nid = {number}\ncard_no = {card}\n"
            f"issued = 20190101\nexpires = 20390101\nbirth = {birth}\n")
with open(sys.argv[2], "w", encoding="utf-8") as f:
    f.write(f"name {name}\nid {number}\ncard_no {card}\nphone {phone}\nletter {letter}\n")
