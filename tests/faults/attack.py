# attack.py - what strangers and liars send to the platform, one thing after the other; each has its right answer.
#
# usage: attack.py PORT FLEET KEYS STRANGER ROOT DIR. FLEET signs: KEYS are registered, STRANGER's are not.
# Prints `ok` and `FAIL` lines. Everything an attacker wrote has MARK in it, which must not be found in a log.
import os, re, socket, subprocess, sys, time

PORT, FLEET, KEYS, STRANGER, ROOT, DIR = sys.argv[1:7]
PORT = int(PORT)
MARK = "EvilWasHere"
INJECT = "\x1b[31m" + MARK + "\nlevel=info ev=item outcome=accepted"
failed = 0


def dial(source="127.0.0.1"):
    s = socket.socket()
    s.settimeout(5)
    s.bind((source, 0))
    s.connect(("127.0.0.1", PORT))
    return s


def read_all(s, quiet=0.1):
    """Until it hangs up, or says nothing more after an answer."""
    data = b""
    try:
        while True:
            more = s.recv(65536)
            if not more:
                break
            data += more
            s.settimeout(quiet)
    except (socket.timeout, ConnectionResetError):
        pass
    return data


def statuses(data):
    """Of each answer on this connection; 0: hung up without one."""
    found = [int(n) for n in re.findall(rb"(?:^|(?<=[\n}]))HTTP/1\.[01] (\d{3}) ", data)]
    return found or [0]


def send(data, source="127.0.0.1"):
    """All of it, then no more: what comes back until the server hangs up."""
    s = dial(source)
    try:
        s.sendall(data)
        s.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    answer = read_all(s)
    s.close()
    return answer


def expect(name, data, wanted, source="127.0.0.1", contains=b""):
    global failed
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogateescape")
    answer = send(data, source)
    got = statuses(answer)
    wanted = wanted if isinstance(wanted, list) else [wanted]
    # The library says some of its own refusals twice before it hangs up: both are of the one request.
    well = got[0] in wanted and got in ([got[0]], [400, 400], [413, 413]) and contains in answer
    if not well:
        failed += 1
        print(f"FAIL {name}: {got} {answer[-90:]!r}, wanted {wanted} {contains!r}", flush=True)
    elif os.environ.get("V"):
        print(f"   {name}: {got[0]}", flush=True)
    return answer


def get(path, *headers, method="GET", version="HTTP/1.1", last="Connection: close\r\n"):
    return "".join([f"{method} {path} {version}\r\nHost: a\r\n{last}", *[h + "\r\n" for h in headers], "\r\n"])


def closing(request):
    return request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)


def signed(path, body=None, keys=KEYS):
    """One request of the first terminal; body: bytes, or "item" for a good one."""
    args = [FLEET, "request", "--url", f"http://127.0.0.1:{PORT}", "--keys", keys, "--root", ROOT, path]
    if body == "item":
        args.append("item")
    elif body is not None:
        with open(DIR + "/body", "wb") as f:
            f.write(body)
        args.append(DIR + "/body")
    return subprocess.run(args, check=True, capture_output=True).stdout


def header(request, name, change):
    """The request with one header's value changed by a function."""
    return re.sub(rb"(?m)^(" + name.encode() + rb": )(.*)\r$",
                  lambda m: m[1] + change(m[2].decode()).encode() + b"\r", request, count=1)


def part(name, before):
    print(f"{'ok' if failed == before else 'FAIL'} {name}", flush=True)


def paths():
    before = failed
    for path in ("/feed/../platform.db", "/feed/..", "/feed/%2e%2e/platform.db", "/feed/%2E%2E%2Fplatform.db",
                 "/feed/o/..%2f..%2fplatform.db", "/feed/420506/../420506/index", "/feed/./420506/index",
                 "/feed//420506/index", "//feed/420506/index", "/feed/420506//index", "/feed/420506/index/",
                 "/feed/420506/index%00", "/feed/420506/index%00.html", "/feed/420506/%69ndex", "/feed/%252e%252e/x",
                 "/feed/420506", "/feed/", "/feed", "/", "/feed/o/" + "a" * 64, "/feed/..\\..\\platform.db",
                 "/feed/420506/index;" + MARK, "/feed/o/%c0%ae%c0%ae/x", "/%66eed/420506/index", "/feed/~root/index",
                 "*", "http://" + MARK + "/feed/420506/index", "/etc/passwd", "file:///etc/passwd",
                 "/" + MARK + "%0a%1b[31m" + MARK):
        expect("path " + path, get(path), [404, 400])
    expect("path of 4,000", get("/feed/" + "a" * 4000), 404)
    expect("path of 1 MB", get("/feed/" + "a" * 1000000), [414, 431, 400])
    # What stands behind a NUL is not there, for the signature neither.
    expect("path with a NUL", "GET /feed/420506/inde\0x HTTP/1.1\r\nHost: a\r\n\r\n", [400, 404])
    expect("path with ESC", get("/\x1b[31m" + MARK), [400, 404])
    expect("a question after a file", get("/feed/420506/index?" + MARK), [200, 404])
    part("attack: 34 path tricks lead nowhere", before)


def headers():
    before = failed
    expect("a header of 1 MB", get("/healthz", "X-" + MARK + ": " + "a" * 1000000), [431, 413, 400])
    expect("10,000 headers", get("/healthz", *[f"X-{MARK}-{i}: a" for i in range(10000)]), [431, 413, 400])
    expect("no end of a name", "GET /healthz HTTP/1.1\r\n" + "a" * 1000000, [431, 413, 400])
    expect("a NUL", "GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", [200, 400])
    expect("no host", "GET /healthz HTTP/1.1\r\n\r\n", 400)
    expect("a space before the colon", "POST /v1/outbox HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nabcde",
           [400, 401])
    expect("a folded line", "GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\r\n b: c\r\n\r\n", [200, 400])
    expect("HTTP/0.9", "GET /feed/420506/index\r\n\r\n", [400, 505, 0])
    expect("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400, 505, 0])
    expect("HTTP/3.7", get("/healthz", version="HTTP/3.7"), [400, 505, 0])
    expect("no HTTP at all", os.urandom(4096).replace(b"\n", b"x"), [400, 431, 0])
    expect("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(508), [400, 431, 0])
    for method in ("PUT", "DELETE", "TRACE", "OPTIONS", "PATCH", "CONNECT", "PROPFIND", "get", MARK):
        expect(method, get("/feed/420506/index", method=method), [405, 400])
        expect(method + " office", get("/v1/outbox", method=method), [404, 405, 400])
    answer = expect("HEAD", get("/healthz", method="HEAD"), 200)
    if not answer.endswith(b"\r\n\r\n"):
        expect("HEAD has a body", b"", -1)
    part("attack: headers of 1 MB, methods and versions nobody has", before)


def smuggling():
    before = failed
    inner = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    chunked = f"{len(inner):x}\r\n{inner}\r\n0\r\n\r\n"
    post = "POST /v1/outbox HTTP/1.1\r\nHost: a\r\n"
    for name, text in {
            "both lengths": post + f"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n{chunked}",
            "both lengths, turned": post + f"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n{chunked}",
            "chunked": post + f"Transfer-Encoding: chunked\r\n\r\n{chunked}",
            "chunked, said oddly": post + f"Transfer-Encoding: \tChunKed\r\nContent-Length: 4\r\n\r\n{chunked}",
            "unknown coding": post + f"Transfer-Encoding: {MARK}\r\nContent-Length: 4\r\n\r\n{chunked}",
            "two lengths": post + f"Content-Length: 0\r\nContent-Length: {len(inner)}\r\n\r\n{inner}",
            "a list of lengths": post + f"Content-Length: 0, {len(inner)}\r\n\r\n{inner}",
            "a length with a sign": post + f"Content-Length: +0\r\n\r\n{inner}",
            "a negative length": post + f"Content-Length: -1\r\n\r\n{inner}",
            "a length in hex": post + f"Content-Length: 0x0\r\n\r\n{inner}",
            "a get with a body": f"GET /v1/status?since=0 HTTP/1.1\r\nHost: a\r\nContent-Length: {len(inner)}\r\n\r\n{inner}",
            "a chunk without end": post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc",
    }.items():
        expect("smuggling: " + name, text, [400, 401, 501])
    expect("a length beyond all", post + "Content-Length: 99999999999999999999999\r\n\r\nabc", [400, 413])
    expect("a length of 4 GB", post + "Content-Length: 4294967301\r\n\r\nabcde", 413)
    expect("too much, and asked first", post + "Expect: 100-continue\r\nContent-Length: 9999999\r\n\r\n", 413)
    part("attack: no second request hides in a first", before)


def good_manners():
    """What is odd but allowed is answered."""
    global failed
    before = failed
    many = send((get("/healthz", last="") * 99 + get("/healthz")).encode())
    if statuses(many) != [200] * 100:
        failed += 1
        print(f"FAIL pipelining: {len(statuses(many))} answers", flush=True)
    request = signed("/v1/outbox", "item").replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n", 1)
    head, body = request.split(b"\r\n\r\n", 1)
    s = dial()
    s.sendall(head + b"\r\n\r\n")
    first = s.recv(100)
    s.sendall(body)
    rest = first + read_all(s)
    if not rest.startswith(b"HTTP/1.1 100 ") or statuses(rest)[-1:] != [200]:
        failed += 1
        print(f"FAIL Expect: {rest[:200]!r}", flush=True)
    part("attack: a hundred requests in one piece, and one that waits to be asked", before)


def liars():
    before = failed
    good = signed("/v1/outbox", "item")
    flip = lambda v: ("A" if v[0] != "A" else "B") + v[1:]
    for name in ("Huimin-Line", "Huimin-Signature"):
        expect("forged " + name, closing(header(good, name, flip)), 401)
        expect("no " + name, closing(good).replace(name.encode(), b"X-Other"), 401, contains=b"bad_signature")
        expect("odd " + name, closing(header(good, name, lambda v: MARK + v)), 401)
        expect("endless " + name, closing(header(good, name, lambda v: v * 40)), 401)
    expect("other time", closing(header(good, "Huimin-Time", lambda v: str(int(v) + 1))), 401, contains=b"bad_signature")
    expect("time is no number", closing(header(good, "Huimin-Time", lambda v: MARK)), 401, contains=b"bad_signature")
    expect("other nonce", closing(header(good, "Huimin-Nonce", lambda v: v[::-1])), 401, contains=b"bad_signature")
    expect("nonce is none", closing(header(good, "Huimin-Nonce", lambda v: MARK)), 401, contains=b"bad_signature")
    expect("other body", closing(good).replace(b'"n":1', b'"n":2', 1), 401, contains=b"bad_signature")
    expect("other path", closing(signed("/v1/status?since=0")).replace(b"since=0", b"since=1"), 401,
           contains=b"bad_signature")
    expect("a stranger", closing(signed("/v1/outbox", "item", STRANGER)), 401, contains=b"unknown_terminal")
    expect("good", closing(good), 200, contains=b"accepted")
    expect("replayed", closing(good), 401, contains=b"replayed")
    expect("replayed from elsewhere", closing(good), 401, "127.0.7.7", b"replayed")
    states = closing(signed("/v1/status?since=0"))
    expect("states", states, 200)
    expect("states replayed", states, 401, contains=b"replayed")
    item = signed("/v1/outbox", "item").split(b"\r\n\r\n", 1)[1]
    forged = re.sub(rb'"sig":"(.)', lambda m: b'"sig":"' + (b"A" if m[1] != b"A" else b"B"), item, count=1)
    expect("a forged item", closing(signed("/v1/outbox", forged)), 200, contains=b"bad_signature")
    part("attack: forgeries and replays are told apart and refused", before)
    before = failed
    for name in ("X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "Via: 1.1 " + MARK):
        expect(name, get("/metrics", name), 404)
    for name in ("X-Kiosk: fleet-00001", "X-Client-Verify: SUCCESS", "X-SSL-Client-S-DN: CN=fleet-00001",
                 "Huimin-Terminal: fleet-00001", "Huimin-Client: fleet-00001", "Huimin-Client-Verify: SUCCESS",
                 "Authorization: Basic " + MARK):
        expect(name, get("/v1/status?since=0", name), 401, contains=b"bad_signature")
    expect("Huimin-Peer", get("/v1/status?since=0", "Huimin-Peer: SUCCESS/01"), 403, contains=b"forged_peer")
    peer = signed("/v1/status?since=0").replace(b"\r\n\r\n", b"\r\nHuimin-Peer: SUCCESS/01\r\n\r\n", 1)
    expect("Huimin-Peer, signed", closing(peer), 403, contains=b"forged_peer")
    part("attack: who one is does not come from a header", before)


def bodies():
    before = failed
    ask = lambda text: closing(signed("/v1/outbox", text if isinstance(text, bytes) else text.encode()))
    item = signed("/v1/outbox", "item").split(b"\r\n\r\n", 1)[1].decode()
    for name, text in {
            "no JSON": "{", "half a text": '{"v":1,"items":[', "not an object": "[]", "null": "null", "a number": "1",
            "no items": '{"v":1}', "items is a text": '{"v":1,"items":"' + MARK + '"}', "v is a text": '{"v":"1","items":[]}',
            "v is 2": '{"v":2,"items":[]}', "an item is a number": '{"v":1,"items":[7]}',
            "twice the same key": '{"v":1,"v":1,"items":[]}', "not UTF-8": b'{"v":1,"items":[],"x":"\xff\xfe"}',
            "a lone surrogate": '{"v":1,"items":[],"x":"\\ud800"}', "a NUL": '{"v":1,"items":[],"x":"\\u0000"}',
            "500 levels": '{"v":1,"items":' + "[" * 500 + "]" * 500 + "}", "100,000 levels": "[" * 100000,
            "n is a text": item.replace('"n":1', '"n":"1"'), "n is a fraction": item.replace('"n":1', '"n":1.5'),
            "n is too large": item.replace('"n":1', '"n":99999999999999999999'), "n is negative": item.replace('"n":1', '"n":-1'),
            "kind is a list": item.replace('"kind":"apply"', '"kind":[]'),
            "kind has a line of its own": item.replace('"kind":"apply"', '"kind":"a\\n' + MARK + '"'),
            "kind has colours": item.replace('"kind":"apply"', '"kind":"\\u001b[31m' + MARK + '"'),
            "an id that is none": re.sub(r'"id":"..', '"id":"' + MARK[:2], item),
            "a box that is none": re.sub(r'"box":"..', '"box":"!!', item),
            "the same item twice": item.replace("]}", "," + item[item.index("[") + 1:item.rindex("]")] + "]}"),
            "rubbish behind": item + MARK}.items():
        expect("body: " + name, ask(text), [400, 413], contains=b"bad_format" if "twice" not in name else b"error")
    many = '{"v":1,"items":[' + ",".join([item[item.index("[") + 1:item.rindex("]")]] * 51) + "]}"
    expect("body: 51 items", ask(many), 413, contains=b"too_big")
    expect("body: 300 KB", ask('{"v":1,"items":[],"x":"' + "a" * 300000 + '"}'), 413, contains=b"too_big")
    expect("body: 3 MB", ask('{"v":1,"items":[],"x":"' + "a" * 3000000 + '"}'), [413, 0])
    expect("question: no JSON", closing(signed("/v1/query", b"{")), 400)
    expect("question: not sealed", closing(signed("/v1/query", b'{"v":1,"kid":"s1","box":"AAAA","sig":"AAAA"}')), [400, 401])
    part("attack: bad JSON and wrong types, signed and all", before)


def log_lines():
    before = failed
    for name in ("User-Agent", "Referer", "Huimin-Line", "Huimin-Nonce", "Huimin-Time", "X-Forwarded-For", "If-None-Match",
                 "Range", "Cookie"):
        expect("written into " + name, get("/v1/status?since=0", name + ": " + INJECT.replace("\n", "\r\n ")), [400, 401])
        expect("raw in " + name, get("/feed/420506/index", name + ": \x1b[31m" + MARK), [200, 400, 404, 416])
    expect("since", get("/v1/status?since=" + MARK + "%0a%1b"), [401, 400])
    expect("since, signed", closing(signed("/v1/status?since=1x%0a" + MARK)), 400)
    part("attack: lines and colours for the log", before)


class Held(list):
    """Sockets kept open for a while: closed when the `with` ends."""

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        for s in self:
            s.close()


def hoard():
    """Large bodies that never end: there is room for 64 MB of them, and always for what is small."""
    global failed
    before = failed
    head = b"POST /v1/outbox HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 260000\r\n\r\n"
    with Held() as held:
        for i in range(330):
            s = dial(f"127.0.8.{i // 100 + 1}")
            s.sendall(head + b"a" * 259999)
            held.append(s)
        expect("an item beside it", closing(signed("/v1/outbox", "item")), 200, contains=b"accepted")
        got = []
        for s in held[:-11:-1]:  # the server reads at its own pace
            time.sleep(0.2)
            s.sendall(b"a")
            got += statuses(read_all(s))
            if 503 in got:
                break
        if 503 not in got:
            failed += 1
            print(f"FAIL hoard: {got}, wanted 503", flush=True)
    part("attack: large bodies that never end do not take all memory", before)


def deaf():
    """They ask for much and read nothing: the rest is served, and LONG (20 s) later they are gone."""
    global failed
    before = failed
    largest = max(re.findall(rb'"h":"([0-9a-f]{64})","size":(\d+)', send(get("/feed/420506/index").encode())),
                  key=lambda o: int(o[1]))[0].decode()
    with Held() as held:
        for i in range(100):
            s = dial(f"127.0.6.{i + 1}")
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.sendall(get("/feed/o/" + largest, last="").encode() * 100)
            held.append(s)
        expect("an item beside it", closing(signed("/v1/outbox", "item")), 200, contains=b"accepted")
        if os.environ.get("LONG"):
            time.sleep(20)
            there = re.findall(rf" 0100007F:{PORT:04X} [0-9A-F]{{2}}06007F:[0-9A-F]{{4}} 01 ", open("/proc/net/tcp").read())
            if there:
                failed += 1
                print(f"FAIL deaf: {len(there)} are still served", flush=True)
    part("attack: who asks and does not read holds nobody up", before)


def crowd():
    """More connections from one address than one may have; the others do not notice."""
    global failed
    before = failed
    with Held() as held:
        for _ in range(700):
            s = socket.socket()
            s.bind(("127.0.9.9", 0))
            s.connect(("127.0.0.1", PORT))
            held.append(s)
        time.sleep(0.3)
        closed = 0
        for s in held:
            s.setblocking(False)
            try:
                closed += s.recv(1) == b""
            except BlockingIOError:
                pass
            except OSError:
                closed += 1
        if not 40 <= closed <= 80:
            failed += 1
            print(f"FAIL crowd: {closed} of 700 shown out", flush=True)
        expect("another address", get("/healthz"), 200)
    part("attack: one address may not take all the places", before)


for attack in (paths, headers, smuggling, good_manners, liars, bodies, log_lines, hoard, deaf, crowd):
    attack()
sys.exit(failed > 0)
