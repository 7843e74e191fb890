"""Proofs of INTERNAL and EXTERNAL AUTHENTICATE: the formulas again, by the openssl command line."""
import os
import secrets
import subprocess
import tempfile

from proof_rig import ROOT, SELECT, Talk, report

NAMES = ("des_internal", "des_external", "sm4_internal", "sm4_external")
MASTERS = {name: secrets.token_bytes(16) for name in NAMES}  # others at every run
CHALLENGE = "0084000008"


# --- the oracle ----------------------------------------------------------------------------------

def encrypt(cipher, key, block):
    """DES alone comes from the legacy provider: the card itself makes it of another cipher."""
    argv = ["openssl", "enc", "-e", "-" + cipher, "-K", key.hex(), "-nopad"]
    if cipher == "des-ecb":
        argv += ["-provider", "legacy", "-provider", "default"]
    return subprocess.run(argv, input=block, stdout=subprocess.PIPE, check=True).stdout


def check_oracle():
    """The examples of the ciphers' own standards."""
    text = bytes.fromhex("0123456789ABCDEF")
    twice = text + bytes.fromhex("FEDCBA9876543210")
    sm4 = encrypt("sm4-ecb", twice, twice).hex()
    report("oracle SM4", sm4 == "681edf34d206965e86b3e94f536e4246", sm4)
    des = encrypt("des-ecb", bytes.fromhex("133457799BBCDFF1"), text).hex()
    report("oracle DES", des == "85e813540f0ab405", des)


def card_key(master, sm4, area, history):
    """Province, place, chip: each level's key makes the next one."""
    place = area[:4] + "00sx" if area.startswith("33") else area + "sx"
    key = master
    for d in ((area[:2] + "0000sh").encode(), place.encode(), history):
        turned = bytes(x ^ 0xFF for x in d)
        if sm4:
            key = encrypt("sm4-ecb", key, d + turned)
        else:
            key = encrypt("des-ede", key, d) + encrypt("des-ede", key, turned)
    return key


def proof(key, sm4, factor, orig):
    if not sm4:
        return encrypt("des-ecb", encrypt("des-ede", key, factor), orig)
    x = encrypt("sm4-ecb", encrypt("sm4-ecb", key, factor + bytes(8)), orig + bytes(8))
    return bytes(a ^ b for a, b in zip(x[:8], x[8:]))


def keys_file(where, **change):
    path = f"{where}/{secrets.token_hex(4)}.keys"
    with open(path, "w", encoding="ascii") as f:
        f.write("# keys of nobody\n\n")
        f.writelines(f"{n} {change.get(n, MASTERS[n].hex().upper())}\n" for n in NAMES)
    return path


# --- the card proves itself ----------------------------------------------------------------------

def history_of(atr):
    """A near card's ATR has a check byte at the end, the others' none."""
    return bytes.fromhex(atr)[-9:-1] if atr.startswith("3B88") else bytes.fromhex(atr)[-8:]


def keys_of(talk, sm4):
    """The card's two keys, computed as a reader would: area from record 01, the chip from the ATR."""
    talk("00A4020C02EF05")
    area = talk("00B2010412")[4:10]
    history = history_of(talk.atr)
    pre = "sm4" if sm4 else "des"
    return [card_key(MASTERS[f"{pre}_{way}"], sm4, area, history) for way in ("internal", "external")]


def ask(talk, factor, orig, more=""):
    return talk("00880000%02X%s%s%s" % (16 + len(more) // 2, factor.hex(), orig.hex(), more)).lower()


def check_formulas(rig):
    cards = [("01-zhang-guilan.card", False, {}), ("02-xiong-daqing.card", False, {}),
             ("05-luo-kaifu.card", False, {}), ("12-qin-dehou.card", False, {"area": "330782"}),
             ("19-sm4.card", True, {}), ("21-zhejiang.card", False, {}),
             ("04-ouyang-chunlan.card", True, {"alg": "3", "area": "330106"}),
             ("03-wu-yang.card", True, {"area": "110101"}),
             ("01-zhang-guilan.card", False, {"area": "540102", "habit": "plain"}),
             ("01-zhang-guilan.card", False, {"atr": "3B888001414243444546474809"})]
    for name, sm4, change in cards:
        rig.fresh(rig.variant(name, **change))
        with Talk(rig) as talk:
            talk(SELECT)
            key = keys_of(talk, sm4)[0]
            bad = []
            for more in ("", "01", "0108"):  # a version byte; and a Le
                factor, orig = secrets.token_bytes(8), secrets.token_bytes(8)
                more, le = more[:2], more[2:]
                got = talk("00880000%02X%s%s%s%s" % (16 + len(more) // 2, factor.hex(), orig.hex(),
                                                     more, le)).lower()
                want = proof(key, sm4, factor, orig).hex() + "9000"
                bad += [] if got == want else [got, want]
            report(f"internal {name} {change}", not bad, bad)


def check_habits(rig):
    """What the reader sees before it fetches."""
    for habit, want in (("plain", 20), ("61", 4), ("6c", 4)):
        rig.fresh(rig.variant("01-zhang-guilan.card", habit=habit))
        lines = rig.probe("connect", SELECT, "raw", "0088000010" + "5A" * 16, "00C0000008")
        report(f"internal habit {habit}", len(lines[2]) == want and
               (want == 20 or lines[2] == "6108" and len(lines[3]) == 20), lines)


def check_no_proof(rig):
    """A forged card answers, and wrong; one without a key, or with a cipher nobody knows, cannot."""
    for name, change in (("17-forged.card", {}), ("01-zhang-guilan.card", {"keys": "wrong"})):
        rig.fresh(rig.variant(name, **change))
        with Talk(rig) as talk:
            talk(SELECT)
            sm4 = name.startswith("17")
            inner, outer = keys_of(talk, sm4)
            right = proof(inner, sm4, b"12345678", b"abcdefgh").hex()
            got = ask(talk, b"12345678", b"abcdefgh")
            report(f"forged {name}", len(got) == 20 and got[:16] != right, got)
            report(f"forged {name} opens to nobody", external(talk, outer, sm4) == "63C2")
    for change in ({"keys": "none"}, {"alg": "2"}, {"alg": "0", "area": "110101"},
                   {"atr": "3B67000041424344454647"}):
        rig.fresh(rig.variant("01-zhang-guilan.card", **change))
        lines = rig.probe("connect", "0088000010" + "00" * 16, SELECT, "0088000010" + "00" * 16,
                          "008800000F" + "00" * 15, "0088000110" + "00" * 16)
        report(f"no key {change}", [lines[1], *lines[3:]] == ["6985", "6A88", "6700", "6A86"], lines)


# --- the reader proves itself --------------------------------------------------------------------

def external(talk, key, sm4, between=(), orig=None, ask_first=True, version=""):
    """orig is asked for first, then the factor, then the proof is sent at once."""
    first = bytes.fromhex(talk(CHALLENGE)[:16]) if ask_first else bytes(8)
    factor = bytes.fromhex(talk(CHALLENGE)[:16])
    for command in between:
        talk(command)
    orig = orig or first
    data = proof(key, sm4, factor, orig) + orig
    return talk("0082000A%02X%s%s" % (16 + len(version) // 2, data.hex(), version))


def check_external(rig):
    for name, sm4 in (("19-sm4.card", True), ("21-zhejiang.card", False)):
        rig.fresh(rig.variant(name))
        with Talk(rig) as talk:
            talk(SELECT)
            key = keys_of(talk, sm4)[1]
            shut = talk("00A4020C02EF06"), talk("00B2080000")
            lines = [external(talk, key, sm4, ["00A4020C02EF06"]),
                     external(talk, key, sm4, ask_first=False),
                     talk("0082000A10" + "00" * 16),
                     external(talk, key, sm4, orig=b"notasked"),
                     external(talk, key[::-1], sm4),
                     external(talk, key, sm4, ["00C0000000"]),
                     external(talk, key[::-1], sm4)]
            # other command, one challenge, none, not the one before, other key, right, count again
            report(f"external {name} order", lines == ["6985", "6985", "6985", "63C2", "63C1", "9000",
                                                       "63C2"], lines)
            talk("00A4020C02EF06")
            opened = talk("00B2010414")
            report(f"external {name} opens", shut[1] == "6982" and opened.endswith("9000") and
                   len(opened) == 44, (shut, opened))
            report(f"external {name} version", external(talk, key, sm4, version="02") == "9000")
            talk("0084000004")
            half = external(talk, key, sm4, ["0084000004"])
            report(f"external {name} lengths", half == "6985", half)


def check_external_counts(rig):
    """Three wrong ones and the key is gone, also after the card was out; power shuts the file."""
    path = rig.variant("19-sm4.card")
    rig.fresh(path)
    with Talk(rig) as talk:
        talk(SELECT)
        key = keys_of(talk, True)[1]
        first = external(talk, key, True)
    rig.fresh(path)
    with Talk(rig) as talk:
        talk(SELECT)
        talk("00A4020C02EF06")
        lines = [first, talk("00B2010414"), external(talk, key[::-1], True)]
    rig.fresh(path)
    with Talk(rig) as talk:
        talk(SELECT)
        lines += [external(talk, key[::-1], True), external(talk, key[::-1], True),
                  external(talk, key, True)]
    rig.fresh(path)
    with Talk(rig) as talk:
        talk(SELECT)
        lines += [external(talk, key, True)]
    report("external counts", lines == ["9000", "6982", "63C2", "63C1", "63C0", "6983", "6983"], lines)
    rig.fresh(rig.variant("19-sm4.card", auth="0102030405060708"))
    told = "0082000A100102030405060708" + "00" * 8
    lines = rig.probe("connect", SELECT, told, CHALLENGE, told)
    report("external by the card file", [lines[2], lines[4]] == ["6985", "9000"], lines)


def check_key_files(build, where):
    """What is wrong is said with its line, never with the key."""
    argv = os.environ.get("CARDSIM", build + "/huimin-cardsim").split()
    for change in ({"des_external": "11" * 15}, {"des_external": "11" * 17}, {"des_external": "1G" * 16},
                   {"des_external": "11" * 16 + " 22"}, {"des_external": "11" * 16 + "\nred " + "11" * 16},
                   {"des_external": "11" * 16 + "\ndes_internal " + "11" * 16}):
        path = keys_file(where, **change)
        done = subprocess.run([*argv, "--port", "9", "--control", where + "/k.sock", "--card-keys", path],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
                              timeout=10, check=False)
        report(f"bad key file {list(change.values())[0][-8:]!r}", done.returncode == 2 and
               "line " in done.stdout and "1111" not in done.stdout, done.stdout)
