"""Who may include whom: layers, the one home of each foreign header, no circles."""
import fnmatch
import re

from source import fault, files, finish, read, uncommented

PLATFORM_MAY = ("hal/base/", "hal/wire", "hal/crypto.h", "hal/crypto_card.h", "hal/json.h", "hal/zstd.h",
                "hal/codec.h", "platform/")
MAY = [  # the first pattern that fits decides
    ("app/main.c", ("app/", "hal/", "screens/")),
    ("hal/base/*", ("hal/base/",)),
    ("hal/*", ("hal/",)),
    ("app/*", ("app/", "hal/")),
    ("screens/*", ("app/", "screens/", "hal/base/")),  # base: err, log, arena are everyone's words
    ("platform/*", PLATFORM_MAY),
    ("image/*", ("image/", "hal/base/", "hal/crypto.h", "hal/wire_update.h", "hal/wish.h")),  # root's: small
    ("tests/*", ("",)),
]

HOMES = [  # header, the files it may be seen in
    (r"SDL_ttf\.h|SDL2/SDL_ttf\.h", ["hal/text*"]),
    (r"SDL.*\.h|SDL2/.*", ["hal/display*", "hal/sound*", "hal/text*"]),
    (r"seccomp\.h|linux/landlock\.h", ["hal/camera_worker_box.c"]),
    (r"linux/input\.h", ["hal/keyboard.c", "hal/scanner.c", "hal/scan_keys.c", "hal/pinpad_keys.c"]),
    (r"linux/videodev2\.h", ["hal/doccam_v4l2.c"]),
    (r"curl/.*", ["hal/net_curl*"]),
    (r"winscard\.h|PCSC/.*|wintypes\.h", ["hal/reader_pcsc.c"]),
    (r"qrencode\.h", ["hal/qr.c"]),
    (r"libav.*|libsw.*", ["hal/camera_worker.c"]),
    (r"espeak.*", ["hal/speech_worker.c"]),
    (r"rime_api\.h", ["hal/ime_rime.c"]),
    (r"sodium.*", ["hal/crypto.c", "hal/crypto_seal.c"]),
    (r"openssl/.*", ["hal/crypto_card.c", "platform/x509.c"]),
    (r"jansson\.h", ["hal/json.c"]),
    (r"zstd\.h", ["hal/zstd.c"]),
    (r".mmintrin\.h", ["hal/raster*"]),
    (r"png\.h", ["hal/png.c"]),
    (r"jpeglib\.h|jerror\.h", ["hal/jpeg.c"]),
    (r"sqlite3\.h", ["app/store.c", "app/search_fts.c", "platform/db_sqlite.c"]),
    (r"libpq-fe\.h", ["platform/db_postgres*"]),
    (r"microhttpd\.h", ["platform/server*"]),
]
LIBC = set("""
    assert iconv complex ctype dirent dlfcn endian errno fcntl fenv float fnmatch ftw getopt glob grp inttypes
    iso646 langinfo libgen libintl limits locale malloc math netdb poll pthread pwd regex sched
    semaphore setjmp signal spawn stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib
    stdnoreturn string termios strings syslog tgmath threads time uchar unistd utime wchar wctype
    sys/eventfd sys/file sys/inotify sys/ioctl sys/mman sys/mount sys/param sys/prctl sys/random
    sys/resource sys/select sys/sendfile sys/signalfd sys/socket sys/stat sys/statfs sys/statvfs
    sys/syscall sys/sysinfo sys/time sys/timerfd sys/types sys/uio sys/un sys/utsname sys/vfs sys/wait
    arpa/inet netinet/in netinet/tcp linux/limits""".split())

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)


def first_match(path, table):
    return next((v for pattern, v in table if fnmatch.fnmatch(path, pattern)), None)


def check_foreign(path, line, name):
    if path.startswith("tests/"):
        return
    for pattern, homes in HOMES:
        if re.fullmatch(pattern, name):
            if not any(fnmatch.fnmatch(path, h) for h in homes):
                fault(path, line, "home", f"<{name}> belongs into {' '.join(homes)}")
            return
    if name.removesuffix(".h") not in LIBC:
        fault(path, line, "home", f"<{name}> is known to nobody: give it a home in {__file__[-20:]}")


def check_own(path, line, name, known):
    may = first_match(path, MAY)
    if name not in known and name.count("/") == 0:
        fault(path, line, "include", f'"{name}" must be written from the project root')
    elif may is not None and not name.startswith(tuple(may)):
        fault(path, line, "layer", f'{path.split("/")[0]} may not include "{name}"')


def circles(graph):
    done = set()

    def walk(node, way):
        if node in way:
            ring = way[way.index(node):] + [node]
            fault(node, 1, "circle", " -> ".join(ring))
            return
        if node in done:
            return
        for nxt in graph.get(node, ()):
            walk(nxt, way + [node])
        done.add(node)

    for node in sorted(graph):
        walk(node, [])


def main():
    sources = files(".c", ".h")
    known = set(sources)
    graph = {}
    for path in sources:
        text = uncommented(read(path))
        graph[path] = []
        for m in INCLUDE.finditer(text):
            line = text.count("\n", 0, m.start(2)) + 1
            if m.group(1) == "<":
                check_foreign(path, line, m.group(2))
            else:
                check_own(path, line, m.group(2), known)
                graph[path].append(m.group(2))
    circles(graph)
    finish()


main()
