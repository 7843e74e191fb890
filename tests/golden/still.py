#!/usr/bin/python3
"""Copies a seed as a cache whose times stand still: still.py SEED.db CACHE.db

The seed says when it was made; a golden picture must not."""
import shutil
import sqlite3
import sys

AT = 1795397400000  # 2026-11-23T09:30:00+08:00


def main():
    shutil.copy(sys.argv[1], sys.argv[2])
    with sqlite3.connect(sys.argv[2]) as db:
        db.execute("UPDATE channel SET as_of = ?", (AT,))
        db.execute("UPDATE meta SET value = ? WHERE key = 'last_ok'", (str(AT),))


main()
