#!/usr/bin/env python3
"""Makes the dictionary of the pinyin keyboard: common words, and those of this district.

gen.py OUT.dict.yaml

Common words with their weights are those of rime-data-luna-pinyin, made simplified by opencc. On top come
the words people write here: townships, villages, places, goods, and what the services are called.
"""
import csv
import json
import os
import re
import subprocess
import sys

LUNA = "/usr/share/rime-data/build/luna_pinyin.table.txt"
HERE = os.path.dirname(os.path.abspath(__file__))
SEED = os.path.join(HERE, "../../platform/seed")
HANZI = re.compile("[\u3400-\u9fff]+")
NUMBER = re.compile(r"[\d.e+]+")
LONGEST = 16
LEAST = 300  # a phrase met less often is not worth its bytes
TOWN, VILLAGE, STEM, SERVICE = 60000, 40000, 4000, 3000


def simplified():
    """What is worth it, before opencc, which costs most of the time."""
    with open(LUNA, encoding="utf-8") as f:
        lines = [line for line in f if line[0] != "#" and worth(line.rstrip("\n").split("\t"))]
    out = subprocess.run(["opencc", "-c", "t2s.json"], input="".join(lines), capture_output=True,
                         text=True, encoding="utf-8", check=True)
    return out.stdout.splitlines()


def worth(part):
    if len(part) < 3 or len(part[0]) > 8 or not NUMBER.fullmatch(part[2]):
        return len(part) > 1 and len(part[0]) == 1
    return len(part[0]) == 1 or float(part[2]) >= LEAST


def common():
    """(text, code) -> weight; several traditional words can be one simplified word"""
    words = {}
    for line in simplified():
        part = line.split("\t")
        weight = float(part[2]) if len(part) > 2 and NUMBER.fullmatch(part[2]) else 0
        code = part[1]
        if HANZI.fullmatch(part[0]) and code.count(" ") == len(part[0]) - 1 and code[-1] != "%":
            words[part[0], code] = words.get((part[0], code), 0) + weight
    return words


def overrides():
    out = {}
    with open(os.path.join(HERE, "../pinyin/overrides.txt"), encoding="utf-8") as f:
        for line in f:
            part = line.split("#")[0].split()
            if part and not line.startswith("#"):
                out[part[0]] = part[1:]
    return out


def reader(words):
    """A function that says how a word is read: by the longest words known in it."""
    best = {}
    for (text, code), weight in words.items():
        if weight >= best.get(text, (None, -1))[1]:
            best[text] = (code.split(), weight)
    known = {text: code for text, (code, _) in best.items()}
    known.update(overrides())

    def read(text):
        out, i = [], 0
        while i < len(text):
            n = next((n for n in range(8, 0, -1) if text[i:i + n] in known), 0)
            if n == 0:
                return None
            out += known[text[i:i + n]]
            i += n
        return " ".join(out)
    return read


def table(name):
    with open(os.path.join(SEED, name), encoding="utf-8-sig") as f:
        return list(csv.DictReader(f))


def place_words():
    for row in table("townships.csv"):
        yield row["name"], TOWN
        stem = re.sub("(街道|镇|乡)$", "", row["name"])
        yield stem, STEM
    for row in table("villages.csv"):
        short = re.sub("(村民|居民)委员会$", "", row["name"])
        yield short, VILLAGE
        yield re.sub("(社区|村)$", "", short), STEM
    for row in table("places.csv"):
        for word in HANZI.findall(row["name"] + "，" + row["address"]):
            yield word, SERVICE
    for row in table("goods.csv"):
        for word in HANZI.findall(row["name"] + " " + row["keywords"]):
            yield word, SERVICE


def service_words():
    with open(os.path.join(SEED, "catalogue/services.jsonl"), encoding="utf-8") as f:
        services = [json.loads(line) for line in f]
    for s in services:
        texts = [s["name"], s["department"], s["result"], s["life_event"]] + s["keywords"]
        texts += [m["name"] for m in s["materials"]] + [x["label"] for x in s["fields"]]
        for word in HANZI.findall("，".join(texts)):
            yield word, SERVICE


def own_words():
    """words.txt: word, and its weight when it is not the usual one"""
    with open(os.path.join(HERE, "words.txt"), encoding="utf-8") as f:
        for line in f:
            part = line.split("#")[0].split()
            if part:
                yield part[0], int(part[1]) if len(part) > 1 else SERVICE


def add(words, read, text, weight):
    if not 2 <= len(text) <= LONGEST:
        return
    code = read(text)
    if code is None:
        sys.exit(f"{text}: nobody says how it is read; add it to assets/pinyin/overrides.txt")
    words[text, code] = max(words.get((text, code), 0), weight)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: gen.py OUT.dict.yaml")
    words = common()
    read = reader(words)
    for source in (place_words(), service_words(), own_words()):
        for text, weight in source:
            add(words, read, text, weight)
    with open(sys.argv[1], "w", encoding="utf-8") as f:
        f.write('---\nname: huimin\nversion: "1"\nsort: by_weight\nuse_preset_vocabulary: false\n...\n')
        for (text, code), weight in sorted(words.items()):
            f.write(f"{text}\t{code}\t{weight:.0f}\n")


main()
