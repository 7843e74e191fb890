#!/usr/bin/env python3
"""Makes the pinyin table of the terminal: which syllables each hanzi can be, and words that differ.

gen.py OUT.c

Sources: Unihan_Readings (package unicode-data), the phrases of rime-data-pinyin-simp, and our own
overrides.txt for surnames, local places and words the others get wrong.
"""
import bz2
import os
import re
import sys
import unicodedata

UNIHAN = "/usr/share/unicode/Unihan_Readings.txt.bz2"
RIME = "/usr/share/rime-data/pinyin_simp.dict.yaml"
HERE = os.path.dirname(os.path.abspath(__file__))
FIRST, LAST = 0x4E00, 0x9FFF
LONGEST = 6  # hanzi in a phrase


def plain(reading):
    """zhòng -> zhong, lǜ -> lv"""
    marks = unicodedata.normalize("NFD", reading)
    out = marks.replace("u\u0308", "v").replace("U\u0308", "v")
    out = "".join(c for c in out if not unicodedata.combining(c)).lower()
    return out if re.fullmatch("[a-z]+", out) else None


def unihan():
    """main reading of each hanzi, and others with how often they are met"""
    main, others = {}, {}
    want = (b"\tkMandarin\t", b"\tkHanyuPinlu\t")
    with bz2.open(UNIHAN, "rb") as f:
        for line in f:
            if not any(w in line for w in want):
                continue
            code, key, value = line.decode().rstrip("\n").split("\t")
            cp = int(code[2:], 16)
            if not FIRST <= cp <= LAST:
                continue
            if key == "kMandarin":
                main[cp] = plain(value.split()[0])
            else:
                for m in re.finditer(r"(\S+?)\((\d+)\)", value):
                    others.setdefault(cp, {})[plain(m[1])] = int(m[2])
    return main, others


def rime():
    chars, phrases = {}, {}
    with open(RIME, encoding="utf-8") as f:
        body = f.read().split("...\n", 1)[1]
    for line in body.splitlines():
        part = line.split("\t")
        if len(part) < 2 or line.startswith("#"):
            continue
        text, syl = part[0], part[1].split()
        weight = float(part[2]) if len(part) > 2 else 0
        if len(text) != len(syl) or len(text) > LONGEST:
            continue
        if not all(FIRST <= ord(c) <= LAST for c in text):
            continue
        if len(text) == 1:
            chars.setdefault(ord(text), {})[syl[0]] = weight
        elif weight >= phrases.get(text, ([], -1))[1]:
            phrases[text] = (syl, weight)
    return chars, {k: v[0] for k, v in phrases.items()}


def overrides():
    out = {}
    with open(os.path.join(HERE, "overrides.txt"), encoding="utf-8") as f:
        for line in f:
            line = line.split("#")[0].split()
            if line:
                text, syl = line[0], line[1:]
                if len(text) != len(syl):
                    sys.exit(f"overrides.txt: {text}: as many syllables as hanzi")
                out[text] = syl
    return out


def readings(main, others, rime_chars):
    """hanzi -> its readings, the commonest first, at most four"""
    out = {}
    for cp in range(FIRST, LAST + 1):
        weight = {}
        seen = rime_chars.get(cp, {})
        top = max(seen.values(), default=0) or 1
        for syl, w in seen.items():
            weight[syl] = w / top
        for syl, n in others.get(cp, {}).items():
            weight[syl] = max(weight.get(syl, 0), 0.02 + n / 1e6)
        if main.get(cp):
            weight.setdefault(main[cp], 0.5)
            weight[main[cp]] += 0.6
        kept = sorted((s for s in weight if s and weight[s] >= 0.01), key=lambda s: -weight[s])
        if kept:
            out[cp] = kept[:4]
    return out


def needed(phrases, own, chars):
    """Words that read otherwise than their hanzi do, and longer words that must hide those."""
    def differs(text, syl):
        return any(chars.get(ord(c), [""])[0] != s for c, s in zip(text, syl))

    odd = {t: s for t, s in phrases.items() if differs(t, s)}
    odd.update(own)
    keep = dict(odd)
    for text, syl in phrases.items():
        parts = {text[i:j] for i in range(len(text)) for j in range(i + 2, len(text) + 1)}
        if text not in odd and any(p in odd for p in parts):
            keep[text] = syl
    for text in own:
        keep[text] = own[text]
    return keep


def numbers(name, kind, values):
    lines = [f"const {kind} {name}[] = {{"]
    for i in range(0, len(values), 16):
        lines.append("    " + ", ".join(str(v) for v in values[i:i + 16]) + ",")
    return "\n".join(lines + ["};", ""])


def write(path, chars, phrases):
    names = sorted({s for r in chars.values() for s in r} | {s for p in phrases.values() for s in p})
    number = {s: i + 1 for i, s in enumerate(names)}
    first = [number[chars[cp][0]] if cp in chars else 0 for cp in range(FIRST, LAST + 1)]
    extra = [(cp, number[s]) for cp in sorted(chars) for s in chars[cp][1:]]
    text, syl, offset, syl_at = [], [], [], []
    at = 0
    for p in sorted(phrases, key=lambda t: t.encode()):
        offset.append(at)
        syl_at.append(len(syl))
        text.append('"' + p + '\\0"')
        at += len(p.encode()) + 1
        syl.extend(number[s] for s in phrases[p])
    out = ["/* pinyin_table.c - made by assets/pinyin/gen.py; do not edit. */",
           '#include "app/pinyin_table.h"', "",
           "const char pinyin_name[][8] = {", '    "",']
    out += ["    " + ", ".join(f'"{n}"' for n in names[i:i + 12]) + ","
            for i in range(0, len(names), 12)]
    out += ["};", f"const int pinyin_names = {len(names) + 1};", ""]
    out.append(numbers("pinyin_first", "uint16_t", first))
    out.append(numbers("pinyin_extra_cp", "uint16_t", [c for c, _ in extra]))
    out.append(numbers("pinyin_extra_name", "uint16_t", [n for _, n in extra]))
    out.append(f"const int pinyin_extras = {len(extra)};")
    out.append("const char pinyin_phrase_text[] =")
    out += ["    " + " ".join(text[i:i + 8]) for i in range(0, len(text), 8)]
    out.append("    ;")
    out.append(numbers("pinyin_phrase_at", "uint32_t", offset))
    out.append(numbers("pinyin_phrase_name_at", "uint32_t", syl_at))
    out.append(numbers("pinyin_phrase_name", "uint16_t", syl))
    out.append(f"const int pinyin_phrases = {len(phrases)};")
    out.append("")
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(out))


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: gen.py OUT.c")
    base, others = unihan()
    rime_chars, phrases = rime()
    own = overrides()
    chars = readings(base, others, rime_chars)
    for text, syl in own.items():
        if len(text) == 1:
            chars[ord(text)] = syl + [s for s in chars.get(ord(text), []) if s != syl[0]][:3]
    own_words = {t: s for t, s in own.items() if len(t) > 1}
    for text, syl in {**phrases, **own_words}.items():
        if text in own_words:
            for c, s in zip(text, syl):
                if s not in chars[ord(c)]:
                    chars[ord(c)] = (chars[ord(c)] + [s])[:4]
    write(sys.argv[1], chars, needed(phrases, own_words, chars))


main()
