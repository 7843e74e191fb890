"""A terminal in QEMU: the disk as it is flashed, a panel that is touched, a card reader, a network, a way to
look at its pixels. Software emulation only; everything over sockets in one folder."""
import base64
import ctypes
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

from see import Picture, piece

OVMF = pathlib.Path("/usr/share/OVMF")
W, H = 1080, 1920


class Failed(Exception):
    """What was to be shown did not show."""


def patient():
    """How much longer than on a quiet machine everything may take."""
    return float(os.environ.get("PATIENCE", "1"))


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class VM:
    """work: a folder of its own. disk: raw.
    keep: the firmware's memory (keys, entries) of the run before in this folder."""

    def __init__(self, work, disk, secure=False, tpm=False, probe=False, net=None, kbd=False, size=(W, H), keep=False, cpu="Nehalem", clock="utc"):
        self.work, self.disk = pathlib.Path(work), pathlib.Path(disk)
        self.work.mkdir(parents=True, exist_ok=True)
        self.secure, self.tpm, self.size, self.net, self.kbd, self.cpu, self.clock = secure, tpm, size, net, kbd, cpu, clock
        self.has_probe, self.stick = probe, None
        self.vars = self.work / "vars.fd"
        if not (keep and self.vars.exists()):
            shutil.copyfile(OVMF / "OVMF_VARS_4M.fd", self.vars)
        self.serial = self.work / "serial.log"
        self.proc = self.qmp = self.probe = self.swtpm = None
        self.started, self.calls = 0.0, os.getpid() * 1000

    # --- on and off

    def start(self):
        for name in ("qmp", "probe", "card"):
            (self.work / name).unlink(missing_ok=True)
        self.started = time.monotonic()
        self.proc = subprocess.Popen(self.words(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                     stderr=open(self.work / "qemu.log", "w"), preexec_fn=die_with_parent)
        self.qmp = self.connect("qmp").makefile("rw")
        self.qmp.readline()
        self.ask("qmp_capabilities")
        if self.has_probe:
            self.probe = self.connect("probe")
            self.probe_lines = self.probe.makefile("rb")
        return self

    def words(self):
        code = "OVMF_CODE_4M.secboot.fd" if self.secure else "OVMF_CODE_4M.fd"
        machine = "q35,smm=on" if self.secure else "q35"
        words = ["qemu-system-x86_64", "-accel", "tcg,thread=multi", "-machine", machine, "-cpu", self.cpu, "-smp", "2", "-m", "1024",
                 "-display", "none", "-vga", "none", "-nodefaults", "-no-user-config", "-serial", f"file:{self.serial}", "-rtc", f"base={self.clock}",
                 "-drive", f"if=pflash,format=raw,readonly=on,file={OVMF / code}", "-drive", f"if=pflash,format=raw,file={self.vars}",
                 "-drive", f"if=none,id=hd,format=raw,file={self.disk},cache=writeback", "-device", "virtio-blk-pci,drive=hd,bootindex=0",
                 "-device", f"virtio-gpu-pci,xres={self.size[0]},yres={self.size[1]}", "-device", "qemu-xhci,id=usb", "-device", "usb-tablet",
                 "-device", "virtio-rng-pci", "-device", "i6300esb", "-qmp", f"unix:{self.work}/qmp,server=on,wait=off",
                 "-chardev", f"socket,id=card,path={self.work}/card,server=on,wait=off", "-device", "usb-ccid",
                 "-device", "ccid-card-passthru,chardev=card"]
        if self.secure:
            words += ["-global", "driver=cfi.pflash01,property=secure,value=on"]
        if self.kbd:
            words += ["-device", "usb-kbd"]
        if self.has_probe:
            words += ["-device", "virtio-serial-pci", "-chardev", f"socket,id=probe,path={self.work}/probe,server=on,wait=off",
                      "-device", "virtserialport,chardev=probe,name=huimin.probe"]
        if self.stick:
            words += ["-drive", f"if=none,id=stick,format=raw,file={self.stick}", "-device", "usb-storage,drive=stick,removable=on,id=stick0"]
        if self.tpm:
            self.start_tpm()
            words += ["-chardev", f"socket,id=tpm,path={self.work}/tpm/sock", "-tpmdev", "emulator,id=tpm0,chardev=tpm", "-device", "tpm-crb,tpmdev=tpm0"]
        return words + (["-netdev", self.net, "-device", "virtio-net-pci,netdev=n0,mac=52:54:00:12:34:56"] if self.net else ["-nic", "none"])

    def start_tpm(self):
        state = self.work / "tpm"
        state.mkdir(exist_ok=True)
        self.swtpm = subprocess.Popen(["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}", "--ctrl", f"type=unixio,path={state}/sock", "--terminate"],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.until(lambda: (state / "sock").exists(), 10, "swtpm")

    def connect(self, name):
        at = self.work / name

        def there():
            if self.proc.poll() is not None:
                raise Failed(f"qemu ended: {(self.work / 'qemu.log').read_text()}")
            s = socket.socket(socket.AF_UNIX)
            try:
                s.connect(str(at))
                return s
            except OSError:
                s.close()
                return None
        return self.until(there, 20, f"socket {name}")

    def kill(self):
        """As a power cut."""
        if self.proc and self.proc.poll() is None:
            self.proc.send_signal(signal.SIGKILL)
            self.proc.wait()
        if self.swtpm:
            self.swtpm.wait(timeout=10)
            self.swtpm = None

    def plug(self, stick):
        """A stick goes in while the machine runs."""
        self.ask("blockdev-add", **{"driver": "raw", "node-name": "plugged", "file": {"driver": "file", "filename": str(stick)}})
        self.ask("device_add", driver="usb-storage", drive="plugged", id="plugged-stick", removable=True)

    def unplug(self):
        self.ask("device_del", id="plugged-stick")

        def gone():
            try:
                self.ask("blockdev-del", **{"node-name": "plugged"})
                return True
            except Failed:
                return False
        self.until(gone, 20, "the stick out")

    def powerdown(self, seconds=60):
        self.run("systemctl --no-block poweroff")
        self.until(lambda: self.proc.poll() is not None, seconds, "power off")

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.kill()

    # --- what is said to it

    def ask(self, verb, **args):
        self.qmp.write(json.dumps({"execute": verb, "arguments": args}) + "\n")
        self.qmp.flush()
        while True:
            r = json.loads(self.qmp.readline())
            if "error" in r:
                raise Failed(f"qmp {verb}: {r['error']}")
            if "return" in r:
                return r["return"]

    def point(self, x, y, down):
        events = [{"type": "abs", "data": {"axis": "x", "value": x * 0x7fff // self.size[0]}},
                  {"type": "abs", "data": {"axis": "y", "value": y * 0x7fff // self.size[1]}},
                  {"type": "btn", "data": {"down": down, "button": "left"}}]
        self.ask("input-send-event", events=events)

    def touch(self, x, y):
        self.point(x, y, True)
        time.sleep(0.15)
        self.point(x, y, False)

    def keys(self, *names):
        self.ask("send-key", keys=[{"type": "qcode", "data": n} for n in names], **{"hold-time": 100})

    def log(self):
        return self.serial.read_text(errors="replace") if self.serial.exists() else ""

    # --- what is seen

    def until(self, test, seconds, what):
        end = time.monotonic() + seconds * patient()
        while time.monotonic() < end:
            got = test()
            if got:
                return got
            time.sleep(0.1)
        raise Failed(f"not within {seconds * patient():.0f} s: {what}")

    def picture(self, name="screen"):
        path = self.work / f"{name}.ppm"
        self.ask("screendump", filename=str(path))
        return Picture.ppm(path)

    def home(self, seconds=120):
        """Seconds from power on until home stands on the panel."""
        self.sees("home", seconds)
        self.sees("tile-prices", 5)
        return time.monotonic() - self.started

    def first(self, name, seconds=120):
        """The same until this piece stands there."""
        self.sees(name, seconds)
        return time.monotonic() - self.started

    def sees(self, name, seconds=20):
        """Where a piece of a page stands on the panel."""
        return self.until(lambda: self.picture().find(piece(name)), seconds, f"{name} on the panel")

    # --- the probe (only in disks made for tests): a command as root, its output

    def run(self, command, seconds=60, check=False):
        out, rc = self.call(command, seconds)
        if check and rc != 0:
            raise Failed(f"in the guest: {command}: {rc}: {out}")
        return out

    def call(self, command, seconds=60):
        self.probe.settimeout(seconds * patient())
        self.calls += 1
        try:
            self.probe.sendall(b"%d %s\n" % (self.calls, base64.b64encode(command.encode())))
            while True:  # late answers to earlier calls are passed over
                line = self.probe_lines.readline()
                if not line:
                    raise Failed("the probe is gone")
                if line.startswith(b"%d " % self.calls):
                    break
        except TimeoutError:
            self.probe_lines = self.probe.makefile("rb")
            raise Failed(f"in the guest: no answer to: {command}") from None
        text = base64.b64decode(line.split()[1]).decode(errors="replace")
        out, _, rc = text.rpartition("rc=")
        return out.strip(), int(rc)

    def up(self, seconds=120):
        """The probe answers."""
        self.probe.settimeout(0.5)

        def answers():
            try:
                return self.call("true", 3 / patient())[1] == 0
            except Failed:
                return False
        return self.until(answers, seconds, "the probe")
