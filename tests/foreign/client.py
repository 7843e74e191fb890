#!/usr/bin/env python3
"""A terminal in another language, written from platform/PROTOCOL.md alone.

client.py WORK BASE_URL ROOT_FILE VERB…  (WORK keeps its keys, its counter, its last item)
  keys            makes the keys and WORK/keyfile
  put             seals, signs and posts one application; believes the signed answer; says receipt
  again           the same bytes once more: the same answer
  state WORD      what /v1/status says of it
  ask WORD        what a sealed question by its receipt number answers; and by another number: none
  cases N         what this person has handed in, by the number of the person; and another: nothing
  genuine ALG KEYS  a chip of cipher ALG (1, 3) with the keys of file KEYS proves itself, by `openssl enc`
  holder KEYS CARD NAME IDNO  a guarded card is proved to, and its holder is told
  unproved WORD   the verdict on a chip that does not answer
  ecard CODE NAME IDNO CARD  the code of an electronic card, and the same once more
  qr              the text of the QR that its receipt would carry
  bad NAME        one thing that must be refused, see BAD
Exit 0 when the platform did what the document says; else one line why not.
"""
import base64, hashlib, json, os, subprocess, sys, time, urllib.error, urllib.request

from nacl.exceptions import BadSignatureError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.signing import SigningKey, VerifyKey

AREA = "420506"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PERSON = {"name": "试验人甲", "idno": "420506196001010018"}
LETTER = "村口的路灯坏了，晚上看不见。"


def b64(b):
    return base64.b64encode(b).decode()


def sha(b):
    return hashlib.sha256(b).hexdigest()


def now():
    return int(time.time() * 1000)


def lines(*parts):
    return "".join(str(p) + "\n" for p in parts).encode()


def must(ok, what):
    if not ok:
        sys.exit("client: " + what)


def gf_mul(a, b):
    r = 0
    while b:
        if b & 1:
            r ^= a
        a <<= 1
        if a & 32:
            a ^= 0b100101
        b >>= 1
    return r


def receipt(item_id):
    v = int(item_id[:14], 16) >> 1
    s = [(v >> (5 * (10 - i))) & 31 for i in range(11)]
    check, power = 0, 1
    for x in s:
        power = gf_mul(power, 2)
        check ^= gf_mul(x, power)
    t = "".join(ALPHABET[x] for x in s + [check])
    return "-".join((t[:4], t[4:8], t[8:]))


def qr(key, word, seconds):
    sig = base64.urlsafe_b64encode(key.sign(lines("huimin-receipt-1", word, seconds)).signature)
    return "HM1/%s/%x/%s/%s" % (word, seconds, sha(bytes(key.verify_key))[:8], sig.decode().rstrip("="))


# --- the card's side, by the command line ---
def enc(cipher, key, data):
    return subprocess.run(["openssl", "enc", "-" + cipher, "-nopad", "-K", key.hex()], input=data,
                          capture_output=True, check=True).stdout


def diversify(alg, key, d):
    other = bytes(x ^ 255 for x in d)
    return enc("des-ede", key, d) + enc("des-ede", key, other) if alg == 1 else enc("sm4-ecb", key, d + other)


def card_key(alg, master, area, hist):
    city = area[:4] + "00sx" if area[:2] == "33" else area + "sx"
    for d in ((area[:2] + "0000sh").encode(), city.encode(), hist):
        master = diversify(alg, master, d)
    return master


def card_code(alg, key, factor, orig):
    if alg == 1:
        session = enc("des-ede", key, factor)
        return enc("des-ede", session + session, orig)
    x = enc("sm4-ecb", enc("sm4-ecb", key, factor + bytes(8)), orig + bytes(8))
    return bytes(a ^ b for a, b in zip(x[:8], x[8:]))


class Chip:
    """A chip of one cipher with its two keys, from the masters in a file."""
    def __init__(self, alg, key_file, area="420506", hist="4205000000000009"):
        name = {1: "des", 3: "sm4"}[alg]
        with open(key_file) as f:
            masters = dict(row.split() for row in f if not row.startswith("#"))
        self.alg, self.says = alg, {"area": area, "hist": hist, "alg": alg}
        self.internal, self.external = (
            card_key(alg, bytes.fromhex(masters[name + use]), area, bytes.fromhex(hist))
            for use in ("_internal", "_external"))

    def answers(self, c):
        return card_code(self.alg, self.internal, bytes.fromhex(c["factor"]), bytes.fromhex(c["orig"])).hex()


class Client:
    def __init__(self, work, base, root_file):
        self.work, self.base, self.root_file = work, base, root_file
        try:
            with open(work + "/client.json") as f:
                self.s = json.load(f)
        except FileNotFoundError:
            self.s = {"item": os.urandom(32).hex(), "line": os.urandom(32).hex(), "n": 0}
        self.item = SigningKey(bytes.fromhex(self.s["item"]))
        self.line = SigningKey(bytes.fromhex(self.s["line"]))

    def save(self):
        with open(self.work + "/client.json", "w") as f:
            json.dump(self.s, f)

    # --- the feed's keys ---
    def get(self, path):
        with urllib.request.urlopen(self.base + path, timeout=10) as r:
            return r.read()

    def signed(self, raw, keys, threshold):
        """The object of a signed text that `threshold` of these keys have signed."""
        text, *sigs = raw.rstrip(b"\n").split(b"\n")
        good = set()
        for line in sigs:
            word, suite, kid, sig = line.decode().split(" ")
            if (word, suite) == ("sig", "ed25519") and kid in keys:
                try:
                    VerifyKey(keys[kid]).verify(text, base64.b64decode(sig))
                    good.add(keys[kid])
                except BadSignatureError:
                    pass
        must(len(good) >= threshold, "not signed by those it should be signed by")
        return json.loads(text)

    def key_set(self):
        root = {}
        with open(self.root_file) as f:
            for line in f:
                if line.startswith("root "):
                    _, kid, pub = line.split()
                    root[kid] = base64.b64decode(pub)
        keys, threshold, n = root, len(root) // 2 + 1, 1
        newest = None
        while newest is None or n <= wanted:
            newest = self.signed(self.get("/feed/root/%d" % n), keys, threshold)
            must(newest["n"] == n, "key set of another number")
            keys = {k["kid"]: base64.b64decode(k["pub"]) for k in newest["root"]}
            threshold = newest["threshold"]
            if n == 1:
                feed = {k["kid"]: base64.b64decode(k["pub"]) for k in newest["feed"]}
                index = self.get("/feed/%s/index" % AREA)
                wanted = json.loads(index.split(b"\n")[0])["root"]
            n += 1
        feed = {k["kid"]: base64.b64decode(k["pub"]) for k in newest["feed"]}
        self.signed(index, feed, 1)
        self.feed = feed
        self.seal_kid = newest["seal"][-1]["kid"]
        self.seal = PublicKey(base64.b64decode(newest["seal"][-1]["pub"]))

    # --- requests ---
    def request(self, method, path, body=b"", key=None, nonce=None, at=None, tamper=None, unsigned=False):
        key = key or self.line
        at = at or now()
        nonce = nonce or os.urandom(16).hex()
        text = lines("huimin-request-1", method, path, sha(body), at, nonce)
        head = {} if unsigned else {
            "Huimin-Line": b64(bytes(key.verify_key)), "Huimin-Time": str(at),
            "Huimin-Nonce": nonce, "Huimin-Signature": b64(key.sign(text).signature)}
        sent = tamper if tamper is not None else body
        r = urllib.request.Request(self.base + path, data=sent if method == "POST" else None,
                                   headers=head, method=method)
        try:
            with urllib.request.urlopen(r, timeout=20) as a:
                must(a.headers["Cache-Control"] == "no-store", "the answer may be stored")
                return a.status, json.loads(a.read())
        except urllib.error.HTTPError as e:
            return e.code, json.loads(e.read())

    # --- items ---
    def application(self, item_id, at):
        return {"v": 1, "type": "apply", "service": "xf-laixin", "service_name": "群众来信",
                "receipt": receipt(item_id), "at": at, "identity": "typed", "card": None,
                "consent": "0", "village": "420506001001", "person": PERSON, "answers": {},
                "fields": [{"id": "text", "label": "想说的话", "value": LETTER, "from": "typed"}],
                "materials": [{"name": "身份证", "via": "scan", "show": True}]}

    def make(self, plain=None, item_id=None, n=None, signer=None, box=None):
        self.key_set()
        item_id = item_id or os.urandom(16).hex()
        at = now()
        if box is None:
            plain = plain or json.dumps(self.application(item_id, at), ensure_ascii=False).encode()
            box = SealedBox(self.seal).encrypt(plain)
        if n is None:
            n = self.s["n"] = self.s["n"] + 1
        sig = (signer or self.item).sign(
            lines("huimin-item-1", item_id, n, "apply", at, "x25519", self.seal_kid, sha(box)))
        return {"id": item_id, "n": n, "kind": "apply", "at": at, "suite": "x25519",
                "kid": self.seal_kid, "box": b64(box), "sig": b64(sig.signature)}

    def post(self, *items):
        body = json.dumps({"v": 1, "items": items}).encode()
        status, answer = self.request("POST", "/v1/outbox", body)
        must(status == 200, "outbox answered %d %s" % (status, answer))
        self.key_set()
        for item, ack in zip(items, answer["acks"]):
            must(ack["id"] == item["id"], "an answer to another item")
            VerifyKey(self.feed[ack["kid"]]).verify(
                lines("huimin-ack-1", ack["id"], sha(base64.b64decode(item["box"])), ack["outcome"],
                      ack["ref"], ack["why"], ack["at"]), base64.b64decode(ack["sig"]))
        return answer["acks"]

    def put(self):
        item = self.make()
        ack, = self.post(item)
        must(ack["outcome"] == "accepted", "the item was %s %s" % (ack["outcome"], ack["why"]))
        self.s.update(item_sent=item, ref=ack["ref"])
        self.save()
        print(receipt(item["id"]))

    def again(self):
        ack, = self.post(self.s["item_sent"])
        must((ack["outcome"], ack["ref"]) == ("duplicate", self.s["ref"]), "not told as a duplicate")

    def state(self, word):
        since, last = 0, None
        for _ in range(50):
            status, a = self.request("GET", "/v1/status?since=%d" % since)
            must(status == 200, "status answered %d" % status)
            for item_id, state, _at in a["rows"]:
                last = state if item_id == self.s["item_sent"]["id"] else last
            since = a["seq"]
            if not a["more"]:
                break
        must(last == word, "the state is %s, not %s" % (last, word))

    def question(self, number, **other):
        self.key_set()
        reply = PrivateKey.generate()
        plain = {"v": 1, "ask": "receipt", "at": now(), "receipt": number,
                 "reply": b64(bytes(reply.public_key)), **other}
        box = SealedBox(self.seal).encrypt(json.dumps(plain).encode())
        sig = self.item.sign(lines("huimin-query-1", self.seal_kid, sha(box))).signature
        body = json.dumps({"v": 1, "kid": self.seal_kid, "box": b64(box), "sig": b64(sig)}).encode()
        status, a = self.request("POST", "/v1/query", body)
        if status != 200:
            return status, a
        return status, json.loads(SealedBox(reply).decrypt(base64.b64decode(a["box"])))

    def ask(self, word):
        number = receipt(self.s["item_sent"]["id"])
        status, a = self.question(number)
        must(status == 200 and len(a["cases"]) == 1, "the question found %s" % a)
        case = a["cases"][0]
        must(case["state"] == word and case["receipt"] == number, "it answered %s" % case)
        must("service" not in case and "reason" not in case, "it told more than it should")
        status, a = self.question(receipt(os.urandom(16).hex()))
        must(status == 200 and a["cases"] == [], "another number found %s" % a)

    def qr(self):
        print(qr(self.item, receipt(self.s["item_sent"]["id"]), now() // 1000))

    # --- is the card genuine ---
    def verdict(self, chip, card, visit, challenge=None, answer="", **more):
        status, a = self.question("", ask="verdict", card=card, visit=visit, chip=chip,
                                  challenge=challenge["id"] if challenge else "", answer=answer, **more)
        must(status == 200, "verdict answered %d %s" % (status, a))
        return a

    def challenge(self, chip, card, visit):
        status, a = self.question("", ask="challenge", card=card, visit=visit, chip=chip)
        must(status == 200, "challenge answered %d %s" % (status, a))
        return a["challenge"]

    def token(self, card):
        visit = os.urandom(16).hex()
        a = self.verdict({"area": "420506", "hist": "4205000000000009", "alg": 0}, card, visit, why="6A88")
        must(a["verdict"] == "unproved" and a["until"] <= a["at"] + 600000, "no token: %s" % a)
        return {"visit": visit, "token": a["token"]}

    def genuine(self, alg, keys):
        chip, card, visit = Chip(int(alg), keys), "A1B2C3D4E", os.urandom(16).hex()
        c = self.challenge(chip.says, card, visit)
        a = self.verdict(chip.says, card, visit, c, chip.answers(c))
        must((a["verdict"], a["why"]) == ("genuine", ""), "the right answer: %s" % a)
        must("ext" not in a and "holder" not in a, "it told more than was asked: %s" % a)
        status, told = self.question("", ask="cases", id=PERSON["idno"], card=card, visit=visit, token=a["token"])
        must(status == 200, "with its token: %d %s" % (status, told))
        again = self.verdict(chip.says, card, visit, c, chip.answers(c))
        must((again["verdict"], again["why"]) == ("refused", "challenge"), "answered twice: %s" % again)
        c = self.challenge(chip.says, card, visit)
        false = self.verdict(chip.says, card, visit, c, os.urandom(8).hex())
        must((false["verdict"], false["why"]) == ("refused", "false"), "a forged card: %s" % false)
        must("token" not in false and "until" not in false, "a forged card got a token")
        must(self.challenge(dict(chip.says, alg=2), card, visit) is None, "SSF33 was challenged")

    def holder(self, keys, card, name, idno):
        chip, visit = Chip(3, keys), os.urandom(16).hex()
        ext = {"factor": os.urandom(8).hex(), "orig": os.urandom(8).hex()}
        c = self.challenge(chip.says, card, visit)
        a = self.verdict(chip.says, card, visit, c, chip.answers(c), ext=ext)
        code = card_code(3, chip.external, bytes.fromhex(ext["factor"]), bytes.fromhex(ext["orig"])).hex()
        must(a["verdict"] == "genuine" and a["ext"] == code, "the code for the card: %s" % a)
        must(a["holder"] == {"name": name, "id": idno}, "the holder: %s" % a)
        for other, wanted in ((PERSON["idno"], 403), (idno, 200)):
            status, _ = self.question("", ask="account", part="pension", id=other, card=card, visit=visit,
                                      token=a["token"])
            must(status == wanted, "its token for %s: %d" % (other, status))

    def unproved(self, word):
        a = self.verdict({"area": "420506", "hist": "4205000000000009", "alg": 1}, "A1B2C3D4E",
                         os.urandom(16).hex(), why="6A88")
        must(a["verdict"] == word and ("token" in a) == (word == "unproved"), "without an answer: %s" % a)

    def ecard(self, code, name, idno, card):
        visit = os.urandom(16).hex()
        status, a = self.question("", ask="ecard", code=code, visit=visit)
        must(status == 200 and a["verdict"] == "genuine", "the code: %s" % a)
        must(a["holder"] == {"name": name, "id": idno, "card": card}, "whose it is: %s" % a)
        status, told = self.question("", ask="suggest", id=idno, card=card, visit=visit, token=a["token"])
        must(status == 200, "with its token: %d %s" % (status, told))
        status, a = self.question("", ask="ecard", code=code, visit=visit)
        must(status == 200 and (a["verdict"], a["why"]) == ("refused", "used"), "shown twice: %s" % a)

    def idcard(self):
        visit = os.urandom(16).hex()
        status, a = self.question("", ask="verdict", card="", visit=visit, idcard=PERSON["idno"])
        must(status == 200 and (a["verdict"], a["why"]) == ("genuine", "samv"), "an identity card: %s" % a)
        status, told = self.question("", ask="cases", id=PERSON["idno"], card="", visit=visit, token=a["token"])
        must(status == 200 and len(told["cases"]) == 1, "what was handed in without a card: %s" % told)

    def cases(self, count):
        """What a person handed in here without a card, told to the terminal which read that number."""
        found = []
        for idno in (PERSON["idno"], "420506196001010026"):
            status, a = self.question("", ask="cases", id=idno, card="A1B2C3D4E", **self.token("A1B2C3D4E"))
            must(status == 200, "cases answered %d %s" % (status, a))
            found.append([c["receipt"] for c in a["cases"]])
        must(found == [[receipt(self.s["item_sent"]["id"])] * int(count), []], "cases found %s" % found)

    # --- what must be refused ---
    def bad(self, name):
        self.key_set()
        getattr(self, "bad_" + name)()
        self.save()

    def refused(self, wanted, got):
        status, answer = got
        must((status, answer.get("error")) == wanted, "wanted %s, got %s %s" % (wanted, status, answer))

    def body(self, *items):
        return json.dumps({"v": 1, "items": items}).encode()

    def bad_unsigned(self):
        self.refused((401, "bad_signature"), self.request("POST", "/v1/outbox", self.body(), unsigned=True))

    def bad_replay(self):
        nonce, at = os.urandom(16).hex(), now()
        status, _ = self.request("GET", "/v1/status?since=0", nonce=nonce, at=at)
        must(status == 200, "the first was refused")
        self.refused((401, "replayed"), self.request("GET", "/v1/status?since=0", nonce=nonce, at=at))

    def bad_body(self):
        self.refused((401, "bad_signature"),
                     self.request("POST", "/v1/outbox", self.body(), tamper=b'{"v":1,"items":[ ]}'))

    def bad_path(self):
        at, nonce = now(), os.urandom(16).hex()
        text = lines("huimin-request-1", "GET", "/v1/status?since=1", sha(b""), at, nonce)
        head = {"Huimin-Line": b64(bytes(self.line.verify_key)), "Huimin-Time": str(at),
                "Huimin-Nonce": nonce, "Huimin-Signature": b64(self.line.sign(text).signature)}
        try:
            urllib.request.urlopen(urllib.request.Request(self.base + "/v1/status?since=0", headers=head))
            must(False, "signed for another path and taken")
        except urllib.error.HTTPError as e:
            self.refused((401, "bad_signature"), (e.code, json.loads(e.read())))

    def bad_unknown(self):
        self.refused((401, "unknown_terminal"),
                     self.request("GET", "/v1/status?since=0", key=SigningKey.generate()))

    def bad_clock(self):
        status, a = self.request("GET", "/v1/status?since=0", at=now() - 400000)
        self.refused((401, "clock"), (status, a))
        must(abs(a["now"] - now()) < 60000, "it does not tell its own time")

    def bad_garbage(self):
        self.refused((400, "bad_format"),
                     self.request("POST", "/v1/outbox", b'{"v":1,"items":[{"id":"NEEDLE-7f3a","kind":'))

    def bad_nowhere(self):
        self.refused((404, "not_found"), self.request("GET", "/v1/NEEDLE-7f3a"))

    def bad_forged(self):
        ack, = self.post(self.make(signer=SigningKey.generate()))
        must((ack["outcome"], ack["why"]) == ("rejected", "bad_signature"), "forged: %s" % ack)

    def bad_reused(self):
        ack, = self.post(self.make(item_id=self.s["item_sent"]["id"]))
        must((ack["outcome"], ack["why"]) == ("rejected", "id_reuse"), "reused: %s" % ack)

    def bad_sealed_to_another(self):
        box = SealedBox(PrivateKey.generate().public_key).encrypt(b'{"v":1}')
        ack, = self.post(self.make(box=box))
        must((ack["outcome"], ack["why"]) == ("rejected", "cannot_open"), "not ours: %s" % ack)

    def bad_no_application(self):
        ack, = self.post(self.make(plain=b"NEEDLE-7f3a no application"))
        must((ack["outcome"], ack["why"]) == ("rejected", "bad_item"), "nonsense: %s" % ack)

    def bad_large(self):
        item = self.make(plain=b"x" * 140000)
        self.refused((413, "too_big"), self.request("POST", "/v1/outbox", self.body(item)))
        self.s["n"] -= 1
        self.refused((413, "too_big"), self.request("POST", "/v1/outbox", b" " * 300000))

    def bad_many(self):
        item = self.make(plain=b"x")
        self.s["n"] -= 1
        many = [dict(item, id=os.urandom(16).hex()) for _ in range(51)]
        self.refused((413, "too_big"), self.request("POST", "/v1/outbox", self.body(*many)))

    def bad_old_question(self):
        self.refused((401, "clock"), self.question(receipt("00" * 16), at=now() - 400000))

    def bad_no_token(self):
        self.refused((403, "no_token"), self.question("", ask="cases", id=PERSON["idno"], card="A1B2C3D4E"))

    def bad_token_of_another_card(self):
        self.refused((403, "no_token"), self.question("", ask="cases", id=PERSON["idno"], card="B1B2C3D4E",
                                                      **self.token("A1B2C3D4E")))

    def bad_chip(self):
        self.refused((400, "bad_item"), self.question("", ask="challenge", card="A1B2C3D4E",
                                                      visit=os.urandom(16).hex(), chip={"area": "420506"}))


def worked_example():
    """The figures printed in the document come out of this code too."""
    item, line = SigningKey(b"\x01" * 32), SigningKey(b"\x02" * 32)
    feed, at = SigningKey(b"\x04" * 32), 1795400000000
    item_id, word = "00112233445566778899aabbccddeeff", "008J-4CT4-ANK0"
    must(receipt(item_id) == word, "the receipt of the example")
    box = base64.b64decode("oRmwKyMOTJWWCslFOujDLo3Lb/xNJHVJ5ucPh1iMhiOEbPcFcIAPV4jGIrAhFt1plzzYBUGMLQ==")
    must(SealedBox(PrivateKey(b"\x03" * 32)).decrypt(box) == b'{"v":1}', "the box of the example")
    signed = (
        (line, "9AoY5hfjZbB06HPLLD70H6/jGjBcUuBMYBLjo/gzctE1NRSicXLkou5IJPUcnjyFwcmqirtnMw1Skpf9u8BjDQ==",
         ("huimin-request-1", "GET", "/v1/status?since=0", sha(b""), at, item_id)),
        (item, "3R+hC5LwX4hcMMO3RhwNIkD/Ria4tmooNTam9H+H/IyYrWWMPihWvJe9h0Gk7FQQPYo6yvduDiUqig7t1jxMDA==",
         ("huimin-item-1", item_id, 1, "apply", at, "x25519", "p1", sha(box))),
        (feed, "7+sMedN+/OrjAcLEFO7eIDdbR3JrrUcVhxDi3G1ZU28ZHHhXrvEwLpolyaqql3qHWawJaHCcGQAm/gR31SMKBQ==",
         ("huimin-ack-1", item_id, sha(box), "accepted", "2026-000001", "", at)),
        (item, "8AoDcwIZ79pdxrD9RO3AT9Nk8cSuGSb3+AfAUp3a/HHs346AoTbnguZy0rF/HioKoVktHdTxm4RA9akOwKscAA==",
         ("huimin-query-1", "p1", sha(box))))
    for key, sig, parts in signed:
        must(b64(key.sign(lines(*parts)).signature) == sig, "the example of " + parts[0])
    must(qr(item, word, 1795400000) == "HM1/008J-4CT4-ANK0/6b03a140/34750f98/-M56H61RU8H9JAaVLcvlnT2vy3SXBXjKItw"
         "Kvg-FrULphQsJdNhRpbLD1omV5WVHwB2tbD9PVP81hGtEESO7Cg", "the QR of the example")
    factor, orig = bytes.fromhex("1021324354657687"), bytes.fromhex("98a9bacbdcedfe0f")
    for alg, master, area, hist, key, code in (
            (1, "00112233445566778899aabbccddeeff", "420506", "4205000000000001",
             "fbae84bd17ff69830490b2f8e65ea136", "11b5efa0d102811a"),
            (3, "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "420506", "4205000000000001",
             "77bd06656ac38e874da6dd2061c78981", "ead65337566047fc"),
            (1, "00112233445566778899aabbccddeeff", "330106", "3301000000000001", None, "42afb6e44105622a"),
            (3, "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "330106", "3301000000000001", None, "43052eb720d9a059")):
        made = card_key(alg, bytes.fromhex(master), area, bytes.fromhex(hist))
        must(key in (None, made.hex()), "the key of the example, cipher %d" % alg)
        must(card_code(alg, made, factor, orig).hex() == code, "the code of the example, cipher %d" % alg)


def main():
    worked_example()
    work, base, root_file, verb, *words = sys.argv[1:]
    c = Client(work, base, root_file)
    if verb == "keys":
        with open(work + "/keyfile", "w") as f:
            f.write("item = %s\nline = %s\n" % (b64(bytes(c.item.verify_key)), b64(bytes(c.line.verify_key))))
        c.save()
    else:
        getattr(c, verb)(*words)


main()
