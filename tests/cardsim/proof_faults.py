"""Proofs of what a card can do wrong in its answers, each seen by a plain client."""
from proof_rig import SELECT, Talk, report

NO_FCI = SELECT[:6] + "0C" + SELECT[8:]
EF5 = "00A4020C02EF05"
NUMBER = "00B207040B"  # record 07: nine characters
TOO_SMALL = "transmit error 0x80100008"


def check_long(rig):
    rig.fresh("04-ouyang-chunlan.card")
    right = rig.probe("connect", NO_FCI, EF5, NUMBER)[-1]
    for more in (1, 245, 246, 60000):
        with Talk(rig) as talk:
            talk(NO_FCI)
            talk(EF5)
            rig.tell(f"fault long {more}")
            got, then = talk(NUMBER), talk(NUMBER)
        want = TOO_SMALL if more > 245 else right[:-4] + "A5" * more + "9000"
        report(f"fault long {more}", got == want and then == right, got)
    report("fault long has an end", not rig.tell("fault long 60001")["ok"])


def broken(right):
    """Record 07 in each of its five ways."""
    data = right[:-4]
    return [data[:2] + "0A" + data[4:], data[:2] + "00" + data[4:], data[:2] + data, data[:10],
            "FF" * 11]


def check_tlv(rig):
    """The same damage whatever the card's habit, and to one answer only."""
    for name in ("04-ouyang-chunlan.card", "02-xiong-daqing.card", "01-zhang-guilan.card"):
        rig.fresh(name)
        right = rig.probe("connect", NO_FCI, EF5, "00B2070400")[-1]
        for way, want in enumerate(broken(right), 1):
            rig.tell(f"fault tlv {way}02")
            lines = rig.probe("connect", NO_FCI, EF5, "00B2070400", "00B2070400", "00B2070400")[3:]
            report(f"fault tlv {way}02 {name}", lines == [right, want + "9000", right], lines)
        bad = []
        for nth in range(1, 7):  # without the hundreds each number has a way of its own
            rig.tell(f"fault tlv {nth}")
            lines = rig.probe("connect", NO_FCI, EF5, *["00B2070400"] * nth)
            bad += [] if lines[-1] == broken(right)[(nth - 1) % 5] + "9000" else [nth, lines]
        report(f"fault tlv N {name}", not bad, bad)
    report("fault tlv has five ways", not rig.tell("fault tlv 601")["ok"])


def check_endless(rig):
    rig.fresh("01-zhang-guilan.card")
    rig.tell("fault endless 3")
    lines = rig.probe("connect", "raw", NO_FCI, EF5, "00B2070400", "00C0000010", "00C0000010", "follow",
                      NO_FCI)
    report("fault endless", lines[2:] == ["9000", "6110", "6110", "6110", "endless"], lines)
    rig.tell("fault none")
    rig.tell("fault loop6c")
    lines = rig.probe("connect", "raw", NO_FCI, EF5, "00B2070400", "00B2070401", "00B20704FF", "00B20704",
                      "follow", "00B2070400")
    report("fault loop6c", lines[2:] == ["9000", "6C01", "6C02", "6C01", "6C01", "endless"], lines)
    rig.tell("fault loop6c 0")
    report("fault loop6c ends", len(rig.probe("connect", NO_FCI, EF5, NUMBER)[-1]) == 26)


def check_bit(rig):
    """Of the Nth answer that has data, 61xx and 6Cxx not counted; the same bit for the same N."""
    for name in ("04-ouyang-chunlan.card", "02-xiong-daqing.card", "01-zhang-guilan.card"):
        rig.fresh(name)
        right = rig.probe("connect", NO_FCI, EF5, "00B2070400")[-1]
        seen = []
        for nth in (1, 2, 3, 2):
            rig.tell(f"fault bit {nth}")
            lines = rig.probe("connect", NO_FCI, EF5, *["00B2070400"] * 4)[3:]
            wrong = int(lines.pop(nth - 1), 16) ^ int(right, 16)
            seen.append(wrong)
            if lines != [right] * 3 or bin(wrong).count("1") != 1 or wrong < 0x10000:
                seen = [nth, lines]
                break
        report(f"fault bit {name}", len(set(seen)) == 3 and seen[1] == seen[-1], seen)


def check_wrong_auth(rig):
    """Needs keys."""
    command = "00880000105A5A5A5A5A5A5A5AA5A5A5A5A5A5A5A5"
    for name in ("19-sm4.card", "21-zhejiang.card"):
        rig.fresh(name)
        right = rig.probe("connect", SELECT, command)[-1]
        rig.tell("fault wrong_auth")
        lines = rig.probe("connect", SELECT, command, command)[2:]
        rig.tell("fault wrong_auth 0")
        again = rig.probe("connect", SELECT, command)[-1]
        report(f"fault wrong_auth {name}", len(right) == 20 and again == right and
               lines[0] == lines[1] != right and len(lines[0]) == 20, lines)


def check_locked(rig):
    for how, want in (("card", "6A81"), ("app", "9303")):
        rig.fresh(rig.variant("20-locked.card", locked=how))
        lines = rig.probe("connect", SELECT, "00B2010500", "00200000", "0088000010" + "00" * 16)
        report(f"locked {how}", lines[1:] == [want, "6A82", "6985", "6985"], lines)
