"""Reads a .po file: key, text and line of every message."""
import re

STRING = re.compile(r'"((?:\\.|[^"\\])*)"')
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


def unescape(s):
    return re.sub(r"\\(.)", lambda m: ESCAPES.get(m.group(1), m.group(1)), s)


def messages(text):
    """Yields (line, key, text, fuzzy); the header has the key ""."""
    entry, field, fuzzy, at = {}, None, False, 0
    for n, row in enumerate(text.splitlines() + [""], 1):
        word = row.split(" ", 1)[0]
        if row.startswith("#~"):
            continue
        if row.startswith("#,") and "fuzzy" in row:
            fuzzy = True
        if word == "msgid" or not row:
            if "msgid" in entry and "msgstr" in entry:
                yield at, entry["msgid"], entry["msgstr"], fuzzy
                entry, field, fuzzy = {}, None, False
        if word in ("msgid", "msgstr"):
            at = n if word == "msgid" else at
            field = word
            entry[field] = ""
        if field and not row.startswith("#"):
            for m in STRING.finditer(row):
                entry[field] += unescape(m.group(1))


def placeholders(text):
    return sorted(set(re.findall(r"\{(\w+)\}", text)))
