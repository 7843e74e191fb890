"""A card in the reader of the machine in QEMU: huimin-cardsim plays it, this carries its words from its reader
protocol (vpcd: two bytes of length, then an APDU; one byte is power) to QEMU's (VSCard: type, reader, length)."""
import pathlib
import socket
import struct
import subprocess
import threading

INIT, ERROR, READER_ADD, ATR, CARD_REMOVE, APDU = 1, 2, 3, 5, 6, 7
POWER_ON, GIVE_ATR = b"\1", b"\4"


def exactly(sock, n):
    got = b""
    while len(got) < n:
        piece = sock.recv(n - len(got))
        if not piece:
            raise ConnectionError
        got += piece
    return got


class Card:
    """with Card(vm.work, program) as card: card.put("01-zhang-guilan.card"); card.take()"""

    def __init__(self, work, cardsim):
        self.work, self.cardsim = pathlib.Path(work), cardsim
        self.cards = pathlib.Path(__file__).resolve().parents[2] / "tests/cardsim/cards"
        self.control = self.work / "cardsim.sock"
        self.door = socket.create_server(("127.0.0.1", 0))
        self.closing = False

    def __enter__(self):
        self.host = socket.socket(socket.AF_UNIX)
        self.host.connect(str(self.work / "card"))
        self.say(INIT, b"VSCD" + struct.pack(">II", 2, 0))
        self.say(READER_ADD, b"reader\0")
        self.sim = subprocess.Popen([self.cardsim, "--port", str(self.door.getsockname()[1]), "--control", str(self.control)], stdin=subprocess.DEVNULL)
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.closing = True
        self.sim.terminate()
        self.sim.wait()
        self.host.close()
        self.door.close()

    def put(self, name):
        self.tell("in", str(self.cards / name))

    def take(self):
        self.tell("out")

    def tell(self, *words):
        subprocess.run([self.cardsim, "--tell", str(self.control), *words], check=True, stdout=subprocess.DEVNULL)

    # --- between the two

    def say(self, kind, body=b""):
        self.host.sendall(struct.pack(">III", kind, 0, len(body)) + body)

    def serve(self):
        while not self.closing:
            try:
                chip, _ = self.door.accept()
                self.play(chip)
            except (ConnectionError, OSError):
                pass
            if not self.closing:
                try:
                    self.say(CARD_REMOVE)
                except OSError:
                    return

    def play(self, chip):
        """One card, until it is out."""
        self.chip_say(chip, POWER_ON)
        self.chip_say(chip, GIVE_ATR)
        self.say(ATR, self.chip_hear(chip))
        out = threading.Event()
        threading.Thread(target=self.listen, args=(chip, out), daemon=True).start()
        # Nothing comes from a card unasked: readable means that it is out.
        while not out.wait(0.1):
            with self.lock:
                chip.setblocking(False)
                try:
                    if chip.recv(1, socket.MSG_PEEK) == b"":
                        break
                except BlockingIOError:
                    pass
                finally:
                    chip.setblocking(True)
        out.set()

    lock = threading.Lock()

    def listen(self, chip, out):
        self.host.settimeout(0.2)
        while not out.is_set():
            try:
                head = exactly(self.host, 12)
            except TimeoutError:
                continue
            except OSError:
                return
            kind, _, n = struct.unpack(">III", head)
            self.host.settimeout(5)
            body = exactly(self.host, n)
            self.host.settimeout(0.2)
            if kind == APDU:
                try:
                    with self.lock:
                        self.chip_say(chip, body)
                        answer = self.chip_hear(chip)
                    self.say(APDU, answer)
                except (ConnectionError, OSError):
                    out.set()

    @staticmethod
    def chip_say(chip, data):
        chip.sendall(struct.pack(">H", len(data)) + data)

    @staticmethod
    def chip_hear(chip):
        return exactly(chip, struct.unpack(">H", exactly(chip, 2))[0])
