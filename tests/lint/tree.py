"""What may not be in the tree: large files, paths of one machine, trailing blanks in sources."""
import os
import re

from source import fault, files, finish

LIMIT = 1 << 20
PLACES = re.compile(rb"(?<![\w.}$)])/(work|home)/\w")  # as a path of its own, not inside another
TEXT = (".c", ".h", ".py", ".md", ".po", ".sh", ".tour", ".txt")


def main():
    for path in files():
        size = os.path.getsize(path)
        if size > LIMIT:
            fault(path, 1, "large", f"{size} bytes; make it at build time or install it")
            continue
        with open(path, "rb") as f:
            data = f.read()
        if b"\0" in data:
            continue
        for m in PLACES.finditer(data):
            fault(path, data.count(b"\n", 0, m.start()) + 1, "machine", "a path of one machine")
        if path.endswith(TEXT):
            for n, row in enumerate(data.split(b"\n"), 1):
                if row.endswith((b" ", b"\t", b"\r")) and not path.endswith(".md"):
                    fault(path, n, "blank", "blanks at the end")
                    break
    finish()


main()
