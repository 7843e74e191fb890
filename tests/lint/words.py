"""Every key used has its words in both languages, every word is used, none is left untranslated."""
import re

import po
from source import fault, files, finish, line_of, read, uncommented

LANGS = ("zh_CN", "en")
KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
LITERAL = re.compile(r'"((?:\\.|[^"\\\n])*)"')


def arguments(text, start):
    """The arguments of the call whose bracket opened before start: (position, text) each."""
    depth, at, out, quoted, i = 1, start, [], False, start
    while i < len(text) and depth:
        c = text[i]
        if quoted:
            i += c == "\\"
            quoted = c != '"'
        elif c == '"':
            quoted = True
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        if depth == 0 or (depth == 1 and c == "," and not quoted):
            out.append((at, text[at:i]))
            at = i + 1
        i += 1
    return out


def calls(text, name, index):
    for m in re.finditer(r"(?<!\w)" + name + r"\s*\(", text):
        args = arguments(text, m.end())
        if len(args) > index:
            yield args[index]


def demanded(path, raw):
    """(line, key) of everything this file surely asks the words for."""
    text = uncommented(raw)
    asked = list(calls(text, "T", 0)) + list(calls(text, "i18n_fmt", 1))
    for pos, arg in asked:
        for m in LITERAL.finditer(arg):
            yield line_of(text, pos), m.group(1)
    for m in re.finditer(r'\.title\s*=\s*"([^"]*)"', text):
        if KEY.fullmatch(m.group(1)):
            yield line_of(text, m.start()), m.group(1)
    for m in re.finditer(r"/\*\s*keys:(.*?)\*/", raw, re.S):
        for k in KEY.finditer(m.group(1)):
            yield line_of(raw, m.start()), k.group(0)


def error_keys():
    text = read("hal/base/err.h")
    for m in re.finditer(r'X\(ERR_\w+, "(\w+)"\)', text):
        yield line_of(text, m.start()), "err." + m.group(1)


def used_keys(words):
    used = {}
    seen = set()
    for path in files(".c", ".h"):
        if path.split("/")[0] not in ("app", "screens"):
            continue
        raw = read(path)
        for line, key in demanded(path, raw):
            used.setdefault(key, (path, line))
        # a key handed on by a helper or a table is a literal too; it cannot be missing, but is used
        seen.update(m.group(1) for m in LITERAL.finditer(raw))
    for line, key in error_keys():
        used.setdefault(key, ("hal/base/err.h", line))
    return used, seen & words


def load(lang):
    path = f"locale/{lang}.po"
    out = {}
    for line, key, text, fuzzy in po.messages(read(path)):
        if key == "":
            continue
        if key in out:
            fault(path, line, "words", f"{key}: twice")
        if fuzzy:
            fault(path, line, "words", f"{key}: marked fuzzy")
        if not text:
            fault(path, line, "words", f"{key}: without a text")
        out[key] = (line, text)
    return path, out


def has_letters(text):
    return any(c.isalpha() for c in re.sub(r"\{\w+\}", "", text))


def compare(zh_path, zh, en_path, en):
    for key in sorted(set(zh) ^ set(en)):
        here, there = (zh_path, en_path) if key in zh else (en_path, zh_path)
        fault(there, 1, "words", f"{key}: only in {here}")
    for key in sorted(set(zh) & set(en)):
        line, text = en[key]
        if text == zh[key][1] and has_letters(text) and not key.endswith(".same"):
            fault(en_path, line, "words", f"{key}: the same in both languages")
        if po.placeholders(text) != po.placeholders(zh[key][1]):
            fault(en_path, line, "words", f"{key}: the {{names}} differ between the languages")


def main():
    (zh_path, zh), (en_path, en) = (load(lang) for lang in LANGS)
    compare(zh_path, zh, en_path, en)
    used, seen = used_keys(set(zh) | set(en))
    for key, (path, line) in sorted(used.items()):
        if key not in zh and key not in en:
            fault(path, line, "words", f"{key}: in no .po file")
    for key in sorted(set(zh) - set(used) - seen):
        fault(zh_path, zh[key][0], "words", f"{key}: used nowhere")
    finish()


main()
