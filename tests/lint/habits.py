"""What no C file may do: banned calls, loose heap, hidden structs, endless functions and files."""
import re

from source import code, fault, files, finish, line_of, read

BANNED = re.compile(r"(?<![\w.>])(strcpy|strcat|sprintf|vsprintf|gets|atoi|strtok|localtime|system|popen"
                    r"|rand|alloca)\s*\(")
HEAP = re.compile(r"(?<![\w.>])(malloc|calloc|realloc|reallocarray|strdup|strndup|asprintf)\s*\(")
TYPEDEF = re.compile(r"\btypedef\s+(struct|union|enum)\b[^;(]*[;{]")  # not a function's type
END = re.compile(r"^}", re.M)
START = re.compile(r"^\w[^\n;=]*\([^;{}]*\)\s*\n\{", re.M)
FILE_LINES = 600
FUNCTION_LINES = 60


def heap_homes():
    """heap.txt: `file reason`, one a line - arenas, what is made at boot, caches."""
    homes = set()
    for n, row in enumerate(read("tests/lint/heap.txt").splitlines(), 1):
        if not row or row.startswith("#"):
            continue
        path, _, why = row.partition(" ")
        if not why:
            fault("tests/lint/heap.txt", n, "heap", f"{path}: without a reason")
        homes.add(path)
    return homes


def check_calls(path, text, homes):
    for m in BANNED.finditer(text):
        fault(path, line_of(text, m.start()), "banned", m.group(1))
    for m in TYPEDEF.finditer(text):
        fault(path, line_of(text, m.start()), "typedef", f"{m.group(1)} hides what it is")
    if path.startswith("tests/") or path in homes:
        return
    for m in HEAP.finditer(text):
        fault(path, line_of(text, m.start()), "heap",
              f"{m.group(1)} outside the homes of tests/lint/heap.txt")


def check_length(path, raw, text):
    """What is longer must say why: /* long: ... */ at the top of the file or above the function."""
    lines = raw.count("\n")
    if lines > FILE_LINES and "/* long: " not in raw[:2000]:
        fault(path, FILE_LINES, "long", f"{lines} lines; the aim is 300, the end {FILE_LINES}")
    if path.startswith("tests/"):
        return  # a long list of checks is still one list
    for m in START.finditer(text):
        end = END.search(text, m.end())
        size = text.count("\n", m.end(), end.start()) if end else 0
        above = raw[:m.start()].rstrip().rsplit("\n\n", 1)[-1]
        if size > FUNCTION_LINES and not re.search(r"/\* long: [^\n]*$", above):
            name = re.search(r"(\w+)\s*\(", m.group(0)).group(1)
            fault(path, line_of(text, m.start()), "long", f"{name}() has {size} lines")


def main():
    homes = heap_homes()
    for path in files(".c", ".h"):
        raw = read(path)
        name = path.rsplit("/", 1)[1]
        if not re.match(r"/\* " + re.escape(name) + r" - \S", raw):
            fault(path, 1, "first-line", f'begins with "/* {name} - what it is for"')
        text = code(raw)
        check_calls(path, text, homes)
        check_length(path, raw, text)
    finish()


main()
