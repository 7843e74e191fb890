"""What holds and what does not, one line each; the last line counts them."""
import subprocess
import sys
import time

from vm import Failed

passed, failed = 0, []


def claim(what, test, *args):
    """test says no by raising, and may give a word more; the rest goes on. True: it held."""
    global passed
    begin = time.monotonic()
    try:
        more = test(*args)
    except (Failed, ValueError, LookupError, OSError, subprocess.SubprocessError) as e:
        failed.append(what)
        print(f"FAIL {what}: {type(e).__name__ if not str(e) else e}", flush=True)
        return False
    passed += 1
    print(f"ok {what}{f': {more}' if more else ''} ({time.monotonic() - begin:.0f} s)", flush=True)
    return True


def must(holds, text):
    if not holds:
        raise Failed(text)


def play(parts, names):
    for name in names or parts:
        try:
            parts[name]()
        except (Failed, subprocess.SubprocessError) as e:
            failed.append(name)
            print(f"FAIL {name}: {e}", flush=True)
    print(f"{passed} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)
