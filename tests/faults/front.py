"""Strangers and terminals before nginx, written from platform/PROTOCOL.md: what must be refused is.

front.py WORK PORT VERB…   (WORK: ca.crt, sheet.a, sheet.b; prints ok and FAIL lines)
  doors     before and after enrolment: certificates, signatures, forged headers, sizes, paths
  slow N    N sockets that trickle, while healthy requests go on
  status CODE [ERROR]   one request of terminal a; exit 0 when it is answered so
"""
import base64, hashlib, http.client, json, os, socket, ssl, subprocess, sys, time

from nacl.signing import SigningKey

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
W, PORT = sys.argv[1], int(sys.argv[2])


def b64(b):
    return base64.b64encode(b).decode()


def sha(b):
    return hashlib.sha256(b).hexdigest()


def lines(*parts):
    return "".join(str(p) + "\n" for p in parts).encode()


def read(name):
    with open(os.path.join(W, name)) as f:
        return f.read()


def check(ok, what):
    print(("ok " if ok is True else "FAIL ") + "front: " + what + ("" if ok is True else " (%s)" % (ok,)), flush=True)


def is_answer(got, status, error=None):
    want = (status, error)
    seen = (got[0], got[1].get("error") if isinstance(got[1], dict) else None)
    return True if seen == want else "%s, not %s" % (seen, want)


def gf_mul(a, b):
    r = 0
    while b:
        r ^= a if b & 1 else 0
        a = a << 1 ^ (0b100101 if a & 16 else 0)
        b >>= 1
    return r


def receipt(hexed):
    v = int(hexed[:14], 16) >> 1
    s = [(v >> (5 * (10 - i))) & 31 for i in range(11)]
    c, power = 0, 1
    for x in s:
        power = gf_mul(power, 2)
        c ^= gf_mul(x, power)
    t = "".join(ALPHABET[x] for x in s + [c])
    return "-".join((t[:4], t[4:8], t[8:]))


def anchor_print(roots, ca):
    h = sha(lines("huimin-anchors-1", sha(roots.encode()), sha(ca.encode())))
    for _ in range(65536):
        h = sha(h.encode())
    return receipt(h)


def seed_pem(key):
    der = bytes.fromhex("302e020100300506032b657004220420") + bytes(key)
    return "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n" % b64(der)


class Terminal:
    def __init__(self, name):
        self.name, path = name, os.path.join(W, name + ".json")
        try:
            with open(path) as f:
                s = json.load(f)
        except FileNotFoundError:
            s = {"item": os.urandom(32).hex(), "line": os.urandom(32).hex()}
            with open(path, "w") as f:
                json.dump(s, f)
        self.item, self.line = SigningKey(bytes.fromhex(s["item"])), SigningKey(bytes.fromhex(s["line"]))
        with open(os.path.join(W, name + ".key"), "w") as f:
            f.write(seed_pem(self.line))

    def signed(self, method, path, body=b""):
        at, nonce = int(time.time() * 1000), os.urandom(16).hex()
        sig = self.line.sign(lines("huimin-request-1", method, path, sha(body), at, nonce)).signature
        return {"Huimin-Line": b64(bytes(self.line.verify_key)), "Huimin-Time": str(at), "Huimin-Nonce": nonce,
                "Huimin-Signature": b64(sig)}

    def enrol(self, code):
        item, line = b64(bytes(self.item.verify_key)), b64(bytes(self.line.verify_key))
        sig = b64(self.item.sign(lines("huimin-enrol-1", code, item, line)).signature)
        body = json.dumps({"v": 1, "code": code, "item": item, "sig": sig}).encode()
        got = ask("POST", "/v1/enrol", body, signer=self)
        if got[0] == 200:
            with open(os.path.join(W, self.name + ".crt"), "w") as f:
                f.write(got[1]["cert"])
        return got


def context(cert=None):
    """As terminal `cert` (a file name without its end), or as nobody."""
    c = ssl.create_default_context(cafile=os.path.join(W, "ca.crt"))
    if cert:
        c.load_cert_chain(os.path.join(W, cert + ".crt"), os.path.join(W, cert + ".key"))
    return c


def ask(method, path, body=b"", cert=None, signer=None, **headers):
    """One request; headers: underscores stand for dashes. (status, JSON or bytes, headers)"""
    h = {k.replace("_", "-"): v for k, v in headers.items()}
    if signer:
        h.update(signer.signed(method, path, body))
    c = http.client.HTTPSConnection("127.0.0.1", PORT, timeout=8, context=context(cert))
    try:
        c.request(method, path, body if method == "POST" else None, h)
        r = c.getresponse()
        data = r.read()
        try:
            data = json.loads(data)
        except ValueError:
            pass
        return r.status, data, r.headers
    finally:
        c.close()


def raw(text, cert=None):
    """The first line of the answer to these bytes; "" when the server only hangs up."""
    s = context(cert).wrap_socket(socket.create_connection(("127.0.0.1", PORT), 5), server_hostname="127.0.0.1")
    got = b""
    try:
        s.settimeout(5)
        s.sendall(text)
    except OSError:
        pass
    try:
        got = s.recv(4096)
    except OSError:
        pass
    s.close()
    return got.decode("latin-1").split("\r\n")[0]


def foreign_authority():
    """A certificate of the same name by somebody else."""
    run = lambda *a: subprocess.run(a, check=True, capture_output=True, cwd=W)
    run("openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "5", "-keyout", "evil.key", "-out", "evil.crt",
        "-subj", "/CN=village-a")


STATUS = "/v1/status?since=0"


def doors():
    a, b, c = Terminal("a"), Terminal("b"), Terminal("c")
    sheet_a, sheet_b = read("sheet.a").strip(), read("sheet.b").strip()
    code_a, print_a, code_b = sheet_a[:14], sheet_a[15:], sheet_b[:14]
    got = ask("GET", "/v1/anchors")
    check(got[0] == 200 and anchor_print(got[1]["roots"], got[1]["ca"]) == print_a and got[1]["ca"] == read("ca.crt"),
          "the anchors have the print of the sheet")
    check(is_answer(ask("GET", STATUS, signer=a), 403, "no_certificate"), "no certificate: refused")
    check(is_answer(c.enrol("008J-4CT4-ANK0"), 403, "no_such_code"), "an invented code: refused")
    first, again = a.enrol(code_a), a.enrol(code_a)
    check(first[0] == 200 and again[1] == first[1], "enrolled, and a lost answer is given again")
    check(is_answer(c.enrol(code_a), 403, "code_used"), "a used code by other keys: refused")
    check(b.enrol(code_b)[0] == 200, "a second terminal enrolled")
    check(is_answer(ask("GET", STATUS, cert="a", signer=a), 200), "its certificate and its signature: answered")
    check(is_answer(ask("GET", STATUS, cert="a", signer=b), 403, "wrong_certificate"), "one's certificate, another's signature: refused")
    foreign_authority()
    check(is_answer(ask("GET", STATUS, cert="evil", signer=a), 400, "bad_certificate"), "a certificate by somebody else: refused")
    serial = subprocess.run(["openssl", "x509", "-in", W + "/a.crt", "-noout", "-serial"], capture_output=True, text=True,
                            check=True).stdout.strip().split("=")[1]
    forged = "SUCCESS/" + serial
    check(is_answer(ask("GET", STATUS, signer=a, Huimin_Peer=forged), 403, "forged_peer"), "a forged identity header: refused")
    check(is_answer(ask("GET", STATUS, cert="b", signer=a, Huimin_Peer=forged), 403, "forged_peer"), "the same with another's certificate: refused")
    sent = a.signed("GET", STATUS)
    sent["Huimin_Peer"] = forged
    head = "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n" % (STATUS, "".join("%s: %s\r\n" % i for i in sent.items()))
    check(raw(head.encode(), cert="b").endswith("403 Forbidden"), "a forged header with an underscore: not believed")
    check(is_answer(ask("POST", "/v1/outbox", b"x" * 300000, cert="a", signer=a), 413, "too_big"), "a body of 300 KB: too_big")
    check("400" in raw(b"GET / HTTP/1.1\r\nHost: x\r\nX-Big: " + b"y" * (1 << 20) + b"\r\n\r\n"), "a header of 1 MB: refused")
    tricks = ("/feed/../keys/root.key", "/feed/%2e%2e/keys/ca.key", "/feed/o/..%2f..%2fkeys%2fca.key", "/feed//420506/index",
              "/feed/.hidden", "/metrics", "/console", "/v1/../metrics", "/%1b[31mEVIL", "/EVIL\u00e9".encode().decode("latin-1"))
    line = lambda t: raw(b"GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % t.encode("latin-1"))
    bad = [t for t in tricks if line(t).split(" ")[1:2] not in (["404"], ["400"], ["403"])]
    check(True if not bad else bad, "paths that lead elsewhere: refused")
    feed()


def feed():
    status, index, h = ask("GET", "/feed/420506/index")
    tag = h["ETag"]
    check(status == 200 and h["Cache-Control"] == "no-cache", "the index needs no certificate")
    check(ask("GET", "/feed/420506/index", If_None_Match=tag)[0] == 304, "its tag comes back as 304")
    name = next(ch["base"]["h"] for ch in json.loads(index.split(b"\n")[0])["ch"].values() if "base" in ch)
    status, whole, h = ask("GET", "/feed/o/" + name)
    check(status == 200 and sha(whole) == name and h["ETag"] == '"%s"' % name and "immutable" in h["Cache-Control"],
          "an object is what its name says")
    status, rest, h = ask("GET", "/feed/o/" + name, Range="bytes=10-")
    check(status == 206 and rest == whole[10:], "an object goes on where it was cut off")
    check(ask("GET", "/feed/o/" + name, Range="bytes=99999999-")[0] == 416, "beyond its end: 416")


def slow(count):
    """Half of them within a header, half within a body that came to a halt."""
    socks = []
    for i in range(count):
        s = context("a").wrap_socket(socket.create_connection(("127.0.0.1", PORT), 5), server_hostname="127.0.0.1")
        s.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: " if i % 2 else
                  b"POST /v1/outbox HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nx")
        s.setblocking(False)
        socks.append(s)
    took, closed, began = [], set(), time.time()
    a = Terminal("a")
    beside = http.client.HTTPSConnection("127.0.0.1", PORT, timeout=5, context=context("a"))
    while time.time() - began < 7 and len(closed) < count:
        t = time.time()
        beside.request("GET", STATUS, headers=a.signed("GET", STATUS))
        r = beside.getresponse()
        r.read()
        if r.status != 200:
            check("status %d" % r.status, "healthy beside slow ones")
            return
        took.append(time.time() - t)
        for i, s in enumerate(socks):
            if i not in closed:
                try:
                    if i % 2 and time.time() - began < 5:
                        s.send(b"z")  # a header byte now and then keeps nothing open
                    if s.recv(1024) == b"":
                        closed.add(i)
                except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                    pass
                except OSError:
                    closed.add(i)
        time.sleep(0.2)
    check(len(closed) == count or "%d of %d" % (len(closed), count), "%d slow sockets are closed" % count)
    worst = sorted(took)[-2]  # one may meet the machine at another test's worst moment
    check(worst < 0.2 or "%.0f ms" % (worst * 1000), "healthy requests beside them within 200 ms")


def status(code, error=None):
    got = ask("GET", STATUS, cert="a", signer=Terminal("a"))
    ok = is_answer(got, int(code), error)
    if int(code) == 503 and ok is True and not got[2]["Retry-After"]:
        ok = "no Retry-After"
    sys.exit(0 if ok is True else str(ok))


verb, *words = sys.argv[3:]
{"doors": doors, "slow": lambda n: slow(int(n)), "status": status}[verb](*words)
