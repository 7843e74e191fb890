"""Shared by the lint scripts: which files there are, C without comments, and how to complain."""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.chdir(ROOT)
faults = []


def fault(path, line, rule, what):
    faults.append(f"{path}:{line}: {rule}: {what}")


def finish():
    print("".join(f + "\n" for f in faults), end="")
    sys.exit(1 if faults else 0)


def files(*suffixes):
    """Tracked files, and new ones that git does not ignore."""
    out = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard"],
                         capture_output=True, text=True, check=True).stdout
    names = sorted(set(out.splitlines()))
    return [n for n in names if os.path.isfile(n) and (not suffixes or n.endswith(suffixes))]


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def line_of(text, pos):
    return text.count("\n", 0, pos) + 1


TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def blank(s):
    return re.sub(r"[^\n]", " ", s)


def code(text):
    """Comments and what stands in quotes turned into blanks; every line stays where it was."""
    def sub(m):
        s = m.group(0)
        return s[0] + blank(s[1:-1]) + s[-1] if s[0] in "\"'" else blank(s)
    return TOKEN.sub(sub, text)


def uncommented(text):
    """Only comments turned into blanks."""
    return TOKEN.sub(lambda m: m.group(0) if m.group(0)[0] in "\"'" else blank(m.group(0)), text)
