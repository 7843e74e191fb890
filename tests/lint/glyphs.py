"""Every letter of the words and of the seed is in the text font, every icon in the icon font."""
import glob
import re
import subprocess

import po
from source import fault, files, finish, line_of, read, uncommented

TEXT_FONT = ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2)  # face 2 is SC
ICON_FONT = "/usr/share/fonts/truetype/material-design-icons-iconfont/MaterialIcons-Regular.ttf"
ICON = re.compile(r"\b0x(e[0-9a-f]{3}|f[0-8][0-9a-f]{2})\b", re.I)  # the private use area


def charset(path, index=0):
    out = subprocess.run(["fc-query", "-i", str(index), "--format", "%{charset}\n", path],
                         capture_output=True, text=True, check=True).stdout
    points = set()
    for part in out.split():
        low, _, high = part.partition("-")
        points.update(range(int(low, 16), int(high or low, 16) + 1))
    return points


def check_text(path, line, text, has):
    for c in sorted(set(text)):
        if ord(c) >= 32 and ord(c) not in has:
            fault(path, line, "glyph", f"U+{ord(c):04X} {c} is not in the text font")


def main():
    has = charset(*TEXT_FONT)
    for path in files(".po"):
        for line, _, text, _ in po.messages(read(path)):
            check_text(path, line, text, has)
    for path in files(".csv", ".jsonl"):
        if path.startswith("platform/seed/"):
            for n, row in enumerate(read(path).splitlines(), 1):
                check_text(path, n, row.removeprefix("\ufeff"), has)

    found = glob.glob(ICON_FONT) or glob.glob("/usr/share/fonts/**/MaterialIcons-Regular.ttf",
                                              recursive=True)
    icons = charset(found[0]) if found else set()
    for path in files(".c", ".h"):
        if path.split("/")[0] in ("app", "screens"):
            text = uncommented(read(path))
            for m in ICON.finditer(text):
                if int(m.group(1), 16) not in icons:
                    fault(path, line_of(text, m.start()), "glyph",
                          f"icon {m.group(1)} is not in the icon font")
    finish()


main()
