"""Disks for tests: the one that is flashed, or the same with the probe in it; other versions of it; what stands in
its slots and on its ESP. Everything from the tree that make image left in build/image."""
import io
import os
import pathlib
import re
import shutil
import subprocess
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
OUT = TOP / "build/image"
KEYS = OUT / "keys"
MB = 1 << 20
DISK_MB = 2048
# where image/build puts them
ESP_AT, A_AT, B_AT, SLOT_MB = 1, 97, 353, 256


def more(path, files, links=()):
    """A tar of (name, text, mode) and (name, to), all root's."""
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
        for name, text, mode in files:
            m = tarfile.TarInfo("./" + name)
            m.size, m.mode = len(text), mode
            tar.addfile(m, io.BytesIO(text))
        for name, to in links:
            m = tarfile.TarInfo("./" + name)
            m.type, m.linkname = tarfile.SYMTYPE, to
            tar.addfile(m)


def probe_files():
    return [("usr/lib/huimin/probe", (HERE / "probe").read_bytes(), 0o755),
            ("usr/lib/systemd/system/huimin-probe.service", (HERE / "probe.service").read_bytes(), 0o644)]


def set_up():
    """As a machine that was set up already, and believes the feed that it was built with."""
    lines = b"C /var/lib/huimin/root.pub 0640 huimin huimin - /usr/lib/huimin/test-root.pub\n"
    done = b"[Service]\nExecStartPre=/bin/sh -c 'grep -q lost /run/huimin-system/state || [ -e /var/lib/huimin-system/unset ] || : >>/var/lib/huimin/setup.done'\n"
    return [("usr/lib/tmpfiles.d/huimin-test.conf", lines, 0o644), ("usr/lib/systemd/system/huimin.service.d/test.conf", done, 0o644), ("usr/lib/huimin/test-root.pub", (TOP / "build/keys/root.pub").read_bytes(), 0o644),
            ("usr/lib/huimin/putitem", (TOP / "build/putitem").read_bytes(), 0o755)]


PROBE_LINK = ("usr/lib/systemd/system/sysinit.target.wants/huimin-probe.service", "../huimin-probe.service")


def named(version):
    """What the tree says of itself, with this version."""
    with tarfile.open(OUT / "tree.tar") as tar:
        text = tar.extractfile("./usr/lib/os-release").read().decode()
    return [("usr/lib/os-release", re.sub(r'(?m)^((?:IMAGE_)?VERSION(?:_ID)?)=.*$', rf"\1={version}", text).encode(), 0o644)]


def build(name, version, files=(), keys=KEYS, probe=True):
    """build/image/test/NAME with root.img and huimin_V.efi; made again when what it is made of is newer."""
    out = OUT / "test" / name
    stamp = out / f"huimin-{version}.img"
    inputs = [OUT / "tree.tar", HERE / "probe", HERE / "probe.service", HERE / "disks.py", HERE.parent / "build", HERE.parent / "initrd/init"]
    if stamp.exists() and all(stamp.stat().st_mtime > p.stat().st_mtime for p in inputs):
        return out
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    more(out / "more.tar", (probe_files() if probe else []) + set_up() + named(version) + list(files), [PROBE_LINK] if probe else [])
    words = [HERE.parent / "build", out, "--version", str(version), "--tree", OUT / "tree.tar", "--add", out / "more.tar", "--level", "1", "--no-pack"]
    epoch = subprocess.run(["git", "-C", TOP, "log", "-1", "--format=%ct"], check=True, capture_output=True, text=True).stdout.strip()
    subprocess.run([str(w) for w in words + (["--keys", keys] if keys else [])], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env={**os.environ, "SOURCE_DATE_EPOCH": epoch})
    return out


def bundle(name, version, to, root=None):
    """A signed update of what build() made."""
    made = OUT / "test" / name
    subprocess.run([str(w) for w in (OUT / "dist/huimin-bundle", "pack", "--version", version, "--uki", made / f"huimin_{version}.efi",
                                     "--root", root or made / "root.img", "--key", KEYS / "deployer.key", "--out", to)], check=True, stdout=subprocess.DEVNULL)
    return to


def fresh(image, to):
    """As it is flashed onto a larger disk."""
    subprocess.run(["cp", "--sparse=always", str(image), str(to)], check=True)
    os.truncate(to, DISK_MB * MB)
    return to


def write_at(disk, source, at_mb):
    subprocess.run(["dd", f"if={source}", f"of={disk}", "bs=1M", f"seek={at_mb}", "conv=notrunc", "status=none"], check=True)


def flip(disk, at):
    """One bit at this byte."""
    with open(disk, "r+b") as f:
        f.seek(at)
        byte = f.read(1)[0]
        f.seek(at)
        f.write(bytes([byte ^ 1]))


def stick(path, files, mb=64):
    """A FAT stick with these (name -> path)."""
    path.unlink(missing_ok=True)
    with open(path, "wb") as f:
        f.truncate(mb * MB)
    subprocess.run(["mkfs.vfat", "-F", "32", str(path)], check=True, stdout=subprocess.DEVNULL)
    for name, source in files.items():
        subprocess.run(["mcopy", "-i", str(path), str(source), f"::{name}"], check=True)
    return path


def names_on(path):
    return subprocess.run(["mdir", "-b", "-i", str(path), "::"], check=True, capture_output=True, text=True).stdout


class Esp:
    """The ESP within a disk that is off."""

    def __init__(self, disk):
        self.at = f"{disk}@@{ESP_AT * MB}"
        self.env = {**os.environ, "MTOOLS_SKIP_CHECK": "1"}

    def put(self, path, name):
        subprocess.run(["mcopy", "-o", "-i", self.at, str(path), f"::EFI/Linux/{name}"], check=True, env=self.env)

    def enrol(self):
        """As if the maintainer had chosen the entry "enrol keys" in the loader's menu."""
        conf = OUT / "test/loader.conf"
        conf.write_text("timeout 0\neditor no\nsecure-boot-enroll force\n")
        subprocess.run(["mcopy", "-o", "-i", self.at, str(conf), "::loader/loader.conf"], check=True, env=self.env)

    def remove(self, name):
        subprocess.run(["mdel", "-i", self.at, f"::EFI/Linux/{name}"], check=True, env=self.env)

    def names(self):
        out = subprocess.run(["mdir", "-b", "-i", self.at, "::EFI/Linux"], check=True, capture_output=True, text=True, env=self.env).stdout
        return sorted(line.rsplit("/", 1)[1] for line in out.split("\n") if "/EFI/Linux/" in line and not line.endswith("/"))
