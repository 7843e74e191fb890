#!/usr/bin/python3
"""Makes the pseudo language xx from en: every text 30 % wider, its {names} kept, for layout tests."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "lint"))
import po  # noqa: E402

WIDE = str.maketrans("aeiouAEIOU", "áéíóúÁÉÍÓÚ")


def widen(text):
    """Accents on the vowels outside {names}, and n more letters where n is 30 % of the length."""
    out, inside = [], False
    for c in text:
        inside = c == "{" or (inside and c != "}")
        out.append(c if inside else c.translate(WIDE))
    extra = max(1, round(len(text) * 0.3)) if text.strip() else 0
    return "".join(out) + "~" * extra


def quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def main():
    source, target = sys.argv[1:3]
    os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
    with open(source, encoding="utf-8") as f:
        text = f.read()
    with open(target, "w", encoding="utf-8") as f:
        for _, key, words, _ in po.messages(text):
            f.write(f"msgid {quote(key)}\nmsgstr {quote(words if key == '' else widen(words))}\n\n")


main()
