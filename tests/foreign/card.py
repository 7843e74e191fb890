#!/usr/bin/env python3
# A second make-believe social security card for the reader tests, written by somebody who saw only the two texts and no code.
"""Same command line, verbs and card files as tests/cardsim/README.md says of huimin-cardsim. Standard library only."""
import errno
import hashlib
import json
import os
import selectors
import signal
import socket
import sys
import time

SSSE_NAME = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
EFS = (0xEF05, 0xEF06, 0xEF07, 0xEF08)
GAP_MS = 450          # an `in` over another card leaves the slot empty for so long
RETRY_MS = 50         # how often a card that is in tries to reach pcscd
MAX_CLIENTS = 8


class CardError(Exception):
    """The card file says something that cannot be put on a card."""


# ---- the card file -------------------------------------------------------------------------------------------------

def parse_file(path):
    known = {"kind", "generation", "version", "area", "name", "id", "card_no", "issued", "expires", "sex", "birth", "nation",
             "birthplace", "category", "serial", "atr", "alg", "habit", "padding", "read_all", "by_tag", "guarded", "auth"}
    try:
        with open(path, "rb") as handle:
            text = handle.read(65536).decode("utf-8-sig")
    except OSError as error:
        raise CardError("%s: %s" % (path, error.strerror))
    except ValueError:
        raise CardError("%s: not UTF-8, or not a path" % path[:200].replace("\0", "?"))
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split("#", 1)[0].strip()
        if not line:
            continue
        key, equals, value = line.partition("=")
        key, value = key.strip(), value.strip()
        if not equals or key not in known or key in found:
            raise CardError("%s:%d: not a line of a card file: %s" % (path, number, line[:40]))
        found[key] = value
    return found


def hex_value(key, text, size):
    try:
        value = bytes.fromhex(text)
    except ValueError:
        raise CardError("%s: not hexadecimal" % key)
    if size is not None and len(value) != size:
        raise CardError("%s: %d bytes wanted" % (key, size))
    return value


def digits(key, text, count):
    if len(text) != count or not (text.isascii() and text.isdigit()):
        raise CardError("%s: %d digits wanted" % (key, count))
    return text


def date_value(key, text):
    if not text:
        return b"\xff" * 4
    if len(text) == 10 and text[4] == text[7] == "-":
        text = text[:4] + text[5:7] + text[8:]
    return bytes.fromhex(digits(key, text, 8))


def choice(key, text, allowed):
    if text not in allowed:
        raise CardError("%s: one of %s wanted" % (key, ", ".join(allowed)))
    return text


def split_gbk(text, *sizes):
    """Cuts text into pieces of at most so many GBK bytes each, never through a character; what does not fit is lost."""
    pieces = [b""] * len(sizes)
    at = 0
    for letter in text:
        try:
            code = letter.encode("gbk")
        except UnicodeEncodeError:
            raise CardError("name: %s cannot be written in GBK" % letter)
        while at < len(sizes) and len(pieces[at]) + len(code) > sizes[at]:
            at += 1
        if at == len(sizes):
            break
        pieces[at] += code
    return pieces


class Card:
    """What is printed into the chip at the factory: records, answer to reset, and habits."""

    def __init__(self, path):
        value = parse_file(path)
        get = value.get
        self.label = os.path.basename(path)
        self.kind = get("kind", "ssc")
        generation = int(choice("generation", get("generation", "2"), ("1", "2", "3")))
        self.habit = choice("habit", get("habit", "6c"), ("plain", "61", "6c"))
        self.fill = hex_value("padding", get("padding", "00"), 1)
        self.read_all = choice("read_all", get("read_all", "yes"), ("yes", "no")) == "yes"
        self.by_tag = choice("by_tag", get("by_tag", "yes"), ("yes", "no")) == "yes"
        self.guarded = choice("guarded", get("guarded", "yes" if generation == 3 else "no"), ("yes", "no")) == "yes"
        self.auth = hex_value("auth", value["auth"], 8) if "auth" in value else None
        self.alg = int(choice("alg", get("alg", {1: "0", 2: "1", 3: "3"}[generation]), ("0", "1", "2", "3")))
        area = digits("area", get("area", "420506"), 6)
        number = get("card_no", "")
        person = get("id", "")
        plain_id = len(person) == 18 and person.isascii() and person[:17].isdigit()
        sex = get("sex", ("1" if int(person[16]) % 2 else "2") if plain_id else "9")
        birth = get("birth", person[6:14] if plain_id else "")
        if "serial" in value:
            serial = hex_value("serial", value["serial"], 4)
        else:
            serial = bytes.fromhex("".join(c for c in number[1:8] if c.isascii() and c.isdigit()).rjust(8, "0"))
        first, more = split_gbk(get("name", ""), 30, 20)
        head = bytes.fromhex(area) + bytes.fromhex("D156000005") + serial
        mac = hashlib.sha256(b"no key, no mac" + head).digest()[:4]
        self.records = {
            0xEF05: [(0x01, head + mac),
                     (0x02, self.text("category", get("category", "3"), 1)),
                     (0x03, self.text("version", get("version", "%d.00" % generation), 4)),
                     (0x04, bytes.fromhex("9156000002" + area + area + "01")),
                     (0x05, date_value("issued", get("issued", ""))),
                     (0x06, date_value("expires", get("expires", ""))),
                     (0x07, self.text("card_no", number, 9))],
            0xEF06: [(0x08, self.text("id", person, 18)),
                     (0x09, first.ljust(30, self.fill)),
                     (0x4E, more.ljust(20, self.fill)),
                     (0x0A, self.text("sex", sex, 1)),
                     (0x0B, bytes.fromhex(digits("nation", get("nation", "01"), 2))),
                     (0x0C, bytes.fromhex(digits("birthplace", get("birthplace", area), 6))),
                     (0x0D, date_value("birth", birth))],
        }
        if generation == 1:
            self.records[0xEF06] = [r for r in self.records[0xEF06] if r[0] != 0x4E]
        if "atr" in value:
            self.atr = hex_value("atr", value["atr"], None)
            if len(self.atr) > 64:
                raise CardError("atr: too long")
        else:
            self.atr = bytes.fromhex("3B6D0000" "F0E1" "0C0FFE" "2B2B" + area[:4]) + serial
        inner = b"\x84" + bytes([len(SSSE_NAME)]) + SSSE_NAME
        issuer = b"\x88\x01\x1e" + (b"\x9f\x0c\x03\x86\x01" + bytes([self.alg]) if self.alg else b"")
        inner += b"\xa5" + bytes([len(issuer)]) + issuer
        self.fci = b"\x6f" + bytes([len(inner)]) + inner
        self.tries = 3

    def text(self, key, text, size):
        try:
            code = text.encode("gbk")
        except UnicodeEncodeError:
            raise CardError("%s: cannot be written in GBK" % key)
        if len(code) > size:
            raise CardError("%s: at most %d bytes" % (key, size))
        return code.ljust(size, self.fill)


# ---- the chip ------------------------------------------------------------------------------------------------------

def sw(status):
    return bytes([status >> 8, status & 0xFF])


class Chip:
    """Answers commands. What the chip forgets without power lives here; the tries left live in the card."""

    def __init__(self, card):
        self.card = card
        self.reset()

    def reset(self):
        self.selected = False     # the social security environment
        self.current = None       # an elementary file in it
        self.waiting = b""        # what GET RESPONSE may fetch
        self.challenge = None
        self.trusted = False

    def answer(self, command):
        if self.card.kind != "ssc":
            return sw(0x6A82)
        if len(command) < 4:
            return sw(0x6700)
        if command[0] != 0x00:
            return sw(0x6E00)
        ins, p1, p2, body = command[1], command[2], command[3], command[4:]
        if ins == 0xC0:
            return self.get_response(p1, p2, body)
        self.waiting = b""
        known = {0xA4: self.select, 0xB2: self.read_record, 0xB0: self.read_binary, 0x84: self.get_challenge,
                 0x82: self.external_authenticate}
        if ins not in known:
            return sw(0x6D00)
        return known[ins](p1, p2, body)

    def promise(self, data):
        self.waiting = data
        return bytes([0x61, len(data) & 0xFF])

    def get_response(self, p1, p2, body):
        if len(body) > 1:
            return sw(0x6700)
        if p1 or p2:
            return sw(0x6A86)
        if not self.waiting:
            return sw(0x6985)
        le, data = (body[0] if body else 0), self.waiting
        if le > len(data) or (le == 0 and self.card.habit == "6c"):
            return bytes([0x6C, len(data) & 0xFF])
        if le == 0 or le == len(data):
            self.waiting = b""
            return data + sw(0x9000)
        return data[:le] + self.promise(data[le:])

    def select(self, p1, p2, body):
        if p1 not in (0x00, 0x02, 0x04):
            return sw(0x6A86)
        if not body or len(body) not in (1 + body[0], 2 + body[0]) or body[0] == 0:
            return sw(0x6700)
        data = body[1:1 + body[0]]
        if p1 == 0x04:
            if data != SSSE_NAME:
                return sw(0x6A82)
            fid = 0x3F00
        else:
            if len(data) != 2:
                return sw(0x6700)
            fid = int.from_bytes(data, "big")
        if fid == 0x3F00 and p1 != 0x02:
            self.selected, self.current = True, None
            fci = self.card.fci
        elif fid in EFS and self.selected:
            self.current = fid
            fci = b"" if self.card.habit == "plain" else b"\x6f\x04\x83\x02" + data
        else:
            return sw(0x6A82)
        if p2 == 0x0C or not fci:
            return sw(0x9000)
        return fci + sw(0x9000) if self.card.habit == "plain" else self.promise(fci)

    def file_of(self, sfi):
        """The file a short identifier means, or the status that says why there is none."""
        if not 5 <= sfi <= 8 and sfi != 0:
            return None, sw(0x6A82)
        fid = 0xEF00 + sfi if sfi else self.current
        if fid is None or not self.selected:
            return None, sw(0x6986)
        self.current = fid
        return fid, None

    def read_record(self, p1, p2, body):
        if len(body) > 1:
            return sw(0x6700)
        fid, refusal = self.file_of(p2 >> 3)
        if refusal:
            return refusal
        if fid not in self.card.records:
            return sw(0x6981)
        if fid == 0xEF06 and self.card.guarded and not self.trusted:
            return sw(0x6982)
        way = p2 & 7
        if way not in (0, 4, 5) or (way == 5 and not self.card.read_all) or (way == 0 and not self.card.by_tag):
            return sw(0x6A86)
        records = [bytes([tag, len(value)]) + value for tag, value in self.card.records[fid]]
        if way == 0:
            records = [r for r in records if r[0] == p1][:1]
        else:
            records = (records[p1 - 1:] if p1 else [])[:1 if way == 4 else None]
        if not records:
            return sw(0x6A83)
        data, le = b"".join(records), (body[0] if body else 0)
        if self.card.habit == "61":
            return self.promise(data)
        if self.card.habit == "6c" and le != len(data):
            return bytes([0x6C, len(data) & 0xFF])
        return (data[:le] if le else data) + sw(0x9000)

    def read_binary(self, p1, p2, body):
        if len(body) > 1:
            return sw(0x6700)
        fid, refusal = self.file_of(p1 & 0x1F if p1 & 0x80 else 0)
        return refusal or sw(0x6981 if fid in self.card.records else 0x6982)

    def get_challenge(self, p1, p2, body):
        if p1 or p2:
            return sw(0x6A86)
        if len(body) != 1 or body[0] not in (4, 8, 16):
            return sw(0x6700)
        self.challenge = os.urandom(body[0])
        return self.challenge + sw(0x9000)

    def external_authenticate(self, p1, p2, body):
        if not body or body[0] not in (16, 17) or len(body) != 1 + body[0]:
            return sw(0x6700)
        if p1:
            return sw(0x6A86)
        if p2 != 0x0A:
            return sw(0x6A88)
        if self.card.tries == 0:
            return sw(0x6983)
        if self.challenge is None:
            return sw(0x6985)
        self.challenge = None
        if self.card.auth is not None and body[1:9] == self.card.auth:
            self.card.tries, self.trusted = 3, True
            return sw(0x9000)
        self.card.tries -= 1
        self.trusted = False
        return sw(0x63C0 | self.card.tries)


# ---- the slot ------------------------------------------------------------------------------------------------------

def now():
    return time.monotonic()


class Slot:
    """The card in its reader: the line to pcscd, what is to come, and what goes wrong on request."""

    FAULTS = ("mute", "yank", "garbage", "sw", "truncate", "short", "slow", "upside_down", "no_atr", "none")

    def __init__(self, port, delay_ms, selector):
        self.port, self.delay, self.selector = port, delay_ms / 1000.0, selector
        self.card = self.chip = self.line = None
        self.coming = None        # (when, card) of a swap
        self.faults = {}
        self.retry_at = 0.0
        self.clear_line()

    def clear_line(self):
        self.received = b""
        self.due = None           # (when, frame, then_out) of an answer under way
        self.powered = False

    def put_in(self, card):
        self.coming = None
        self.card, self.chip = card, Chip(card)
        self.commands = 0
        self.is_mute = False
        self.atr = card.atr
        if self.faults.get("upside_down"):
            self.atr = (card.atr + b"\x00" * 40)[:40]
        if self.faults.get("no_atr"):
            self.atr = b""
        self.retry_at = 0.0

    def take_out(self):
        self.coming = None
        if self.card is not None:
            self.hang_up()
            self.card = self.chip = None
            self.faults = {}

    def insert(self, card, gap_ms):
        """A card in place of whatever is there."""
        if self.card is not None:
            self.take_out()
            self.coming = (now() + gap_ms / 1000.0, card)
        elif self.coming is not None:
            self.coming = (self.coming[0], card)
        else:
            self.put_in(card)

    def arm(self, name, count):
        if name == "none":
            self.faults = {}
            if self.card is not None:
                self.is_mute = False
        elif name in ("upside_down", "no_atr"):
            self.faults[name] = count
        else:
            self.faults[name] = count

    # the line to pcscd

    def hang_up(self):
        if self.line is not None:
            self.selector.unregister(self.line)
            self.line.close()
            self.line = None
        self.clear_line()
        if self.chip is not None:
            self.chip.reset()

    def call(self):
        line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            line.settimeout(0.2)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.connect(("127.0.0.1", self.port))
        except OSError:
            line.close()
            self.retry_at = now() + RETRY_MS / 1000.0
            return
        line.setblocking(False)
        self.line = line
        self.quick()
        self.selector.register(line, selectors.EVENT_READ, self.readable)

    def quick(self):
        try:
            self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        except OSError:
            pass

    def lost(self):
        self.hang_up()
        self.retry_at = now() + RETRY_MS / 1000.0

    def readable(self):
        self.quick()
        try:
            data = self.line.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.lost()
            return
        self.quick()
        self.received += data
        self.work()

    def work(self):
        while self.line is not None and self.due is None and len(self.received) >= 2:
            size = int.from_bytes(self.received[:2], "big")
            if len(self.received) < 2 + size:
                return
            body, self.received = self.received[2:2 + size], self.received[2 + size:]
            if size == 1:
                self.signal(body[0])
            elif size:
                self.command(body)

    def signal(self, code):
        if code in (0, 1, 2):
            self.powered = code != 0
            self.chip.reset()
        elif code == 4:
            self.send(self.atr)

    def send(self, body):
        self.send_raw(len(body).to_bytes(2, "big") + body)

    def send_raw(self, frame):
        try:
            self.line.sendall(frame)
        except OSError:
            self.lost()

    def falls_due(self, name):
        """Counts a fault down by one command; true at the command it was meant for."""
        if name not in self.faults:
            return False
        self.faults[name] -= 1
        if self.faults[name] > 0:
            return False
        del self.faults[name]
        return True

    def command(self, body):
        self.commands += 1
        happening = [name for name in ("mute", "yank", "garbage", "sw") if self.falls_due(name)]
        if "yank" in happening:
            self.take_out()
            return
        if "mute" in happening:
            self.is_mute = True
        if self.is_mute:
            return
        answer = self.chip.answer(body)
        if "garbage" in happening:
            answer = bytes.fromhex("DEADBEEF3B")
        if "sw" in happening:
            answer = sw(0x6F00)
        if "short" in self.faults:
            answer = answer[:self.faults["short"]]
        frame, then_out = len(answer).to_bytes(2, "big") + answer, False
        if "truncate" in self.faults:
            frame, then_out = frame[:2 + self.faults.pop("truncate")], True
        wait = self.delay + self.faults.get("slow", 0) / 1000.0
        self.due = (now() + wait, frame, then_out)
        if not wait:
            self.tick()

    # the clock

    def next_time(self):
        times = [self.due[0]] if self.due else []
        if self.coming:
            times.append(self.coming[0])
        if self.card is not None and self.line is None:
            times.append(self.retry_at)
        return min(times) if times else None

    def tick(self):
        if self.due and now() >= self.due[0]:
            _, frame, then_out = self.due
            self.due = None
            self.send_raw(frame)
            if then_out:
                self.take_out()
            elif self.line is not None:
                self.work()
        if self.coming and now() >= self.coming[0]:
            self.put_in(self.coming[1])
        if self.card is not None and self.line is None and now() >= self.retry_at:
            self.call()

    def state(self):
        inside = self.card is not None
        return {"ok": True, "in": inside, "card": self.card.label if inside else "", "connected": self.line is not None,
                "powered": self.powered, "commands": self.commands if inside else 0}


# ---- the control socket --------------------------------------------------------------------------------------------

class Refused(Exception):
    def __init__(self, error, text):
        super().__init__(text)
        self.error = error


def whole_number(text, least=0):
    if not (text.isascii() and text.isdigit() and len(text) <= 9) or int(text) < least:
        raise Refused("bad_argument", "a number is wanted, not %s" % text[:20])
    return int(text)


def load(path):
    try:
        return Card(path)
    except CardError as error:
        raise Refused("bad_argument", str(error))


def obey(slot, line):
    verb, _, rest = line.strip().partition(" ")
    rest = rest.strip()
    if verb == "state" and not rest:
        return slot.state()
    if verb == "out" and not rest:
        slot.take_out()
    elif verb == "in":
        if not rest:
            raise Refused("bad_argument", "in FILE")
        slot.insert(load(rest), GAP_MS)
    elif verb == "swap":
        path, _, gap = rest.rpartition(" ")
        if not path:
            raise Refused("bad_argument", "swap FILE MS")
        gap = whole_number(gap)
        slot.insert(load(path.strip()), gap)
    elif verb == "fault":
        words = rest.split()
        if not 1 <= len(words) <= 2 or words[0] not in Slot.FAULTS:
            raise Refused("bad_argument", "fault NAME N, NAME one of " + " ".join(Slot.FAULTS))
        counted = words[0] in ("mute", "yank", "garbage", "sw")
        slot.arm(words[0], whole_number(words[1], 1 if counted else 0) if len(words) == 2 else 1)
    elif verb in ("state", "out"):
        raise Refused("bad_argument", verb + " takes nothing")
    else:
        raise Refused("unknown_command", "in, out, swap, fault, state")
    return {"ok": True}


class Control:
    def __init__(self, path, slot, selector):
        self.path, self.slot, self.selector, self.clients = path, slot, selector, {}
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass
        self.door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            self.door.bind(path)
        finally:
            os.umask(before)
        self.door.listen(MAX_CLIENTS)
        self.door.setblocking(False)
        selector.register(self.door, selectors.EVENT_READ, self.accept)

    def accept(self):
        try:
            client, _ = self.door.accept()
        except OSError:
            return
        if len(self.clients) >= MAX_CLIENTS:
            client.close()
            return
        client.settimeout(1.0)
        self.clients[client] = b""
        self.selector.register(client, selectors.EVENT_READ, lambda: self.readable(client))

    def drop(self, client):
        self.selector.unregister(client)
        client.close()
        del self.clients[client]

    def readable(self, client):
        try:
            data = client.recv(4096)
        except OSError:
            data = b""
        if not data or len(self.clients[client]) > 8192:
            self.drop(client)
            return
        *lines, rest = (self.clients[client] + data).split(b"\n")
        self.clients[client] = rest
        for line in lines:
            try:
                reply = obey(self.slot, line.decode("utf-8", "replace"))
            except Refused as refusal:
                reply = {"ok": False, "error": refusal.error, "text": str(refusal)}
            try:
                client.sendall(json.dumps(reply, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            except OSError:
                self.drop(client)
                return

    def close(self):
        try:
            os.unlink(self.path)
        except OSError:
            pass


def tell(path, words):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(10)
        try:
            line.connect(path)
            line.sendall(" ".join(words).encode() + b"\n")
            reply = b""
            while not reply.endswith(b"\n"):
                piece = line.recv(4096)
                if not piece:
                    break
                reply += piece
        except OSError as error:
            print("%s: %s" % (path, error), file=sys.stderr)
            return 1
    sys.stdout.write(reply.decode())
    try:
        return 0 if json.loads(reply).get("ok") else 1
    except ValueError:
        return 1


# ---- the program ---------------------------------------------------------------------------------------------------

def usage(text):
    print("card.py: %s\nusage: card.py [--card FILE] --port N [--control PATH] [--delay-ms N] [--mute-after N] [--yank-after N]"
          " [--truncate N]\n       card.py --tell PATH VERB..." % text, file=sys.stderr)
    return 2


def main(words):
    if words[:1] == ["--tell"]:
        return tell(words[1], words[2:]) if len(words) > 2 else usage("--tell PATH VERB")
    options = {}
    while words:
        name, words = words[0], words[1:]
        if name not in ("--card", "--port", "--control", "--delay-ms", "--mute-after", "--yank-after", "--truncate"):
            return usage("unknown option " + name)
        if not words:
            return usage(name + " wants a value")
        options[name], words = words[0], words[1:]
        if name not in ("--card", "--control"):
            try:
                options[name] = whole_number(options[name])
            except Refused as refusal:
                return usage("%s: %s" % (name, refusal))
    if not 1 <= options.get("--port", 0) <= 65535:
        return usage("--port N is wanted")
    selector = selectors.DefaultSelector()
    slot = Slot(options["--port"], options.get("--delay-ms", 0), selector)
    for option, fault, more in (("--mute-after", "mute", 1), ("--yank-after", "yank", 1), ("--truncate", "truncate", 0)):
        if option in options:
            slot.arm(fault, options[option] + more)
    if "--card" in options:
        try:
            slot.put_in(Card(options["--card"]))
        except CardError as error:
            return usage(str(error))
    bell_out, bell_in = socket.socketpair()
    bell_in.setblocking(False)
    signal.set_wakeup_fd(bell_in.fileno())
    ended = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.append(True))
    selector.register(bell_out, selectors.EVENT_READ, lambda: bell_out.recv(64))
    control = None
    if "--control" in options:
        try:
            control = Control(options["--control"], slot, selector)
        except OSError as error:
            return usage("--control %s: %s" % (options["--control"], error.strerror or errno.errorcode.get(error.errno)))
    while not ended:
        slot.tick()
        when = slot.next_time()
        for key, _ in selector.select(None if when is None else max(0.0, when - now())):
            if key.fileobj.fileno() != -1:
                key.data()
    slot.take_out()
    if control:
        control.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
