"""Proofs of the PIN: asked for, right, wrong, changed, blocked, and kept while the card is out."""
from proof_rig import SELECT, report

ASK = "00200000"


def verify(pin):
    pin += "F" * (len(pin) % 2)
    return "00200000%02X%s" % (len(pin) // 2, pin)


def change(old, new):
    both = [x + "F" * (len(x) % 2) for x in (old, new)]
    return "805E0100%02X%sFF%s" % ((len(both[0]) + len(both[1])) // 2 + 1, *both)


def after(rig, path, *commands):
    """The answers of a card that was just put in, its application selected."""
    rig.fresh(path)
    return rig.probe("connect", SELECT, *commands)[2:]


def same(name, got, want):
    report(f"pin {name}", got == want, f"{got}, not {want}")


def check_counter(rig):
    path = rig.variant("01-zhang-guilan.card")
    same("of a new card", after(rig, path, ASK, ASK + "00", verify("123456"), verify("654321"),
                                verify("1234567"), verify("12345"), ASK),
         ["63C6", "63C6", "9000", "63C5", "63C4", "63C3", "63C3"])
    same("kept while out", after(rig, path, ASK, verify("111111"), ASK), ["63C3", "63C2", "63C2"])
    copy = rig.variant("01-zhang-guilan.card")
    same("of another card", after(rig, copy, ASK), ["63C6"])
    same("right again", after(rig, path, verify("123456"), ASK), ["9000", "63C6"])
    rig.tell(f"swap {copy} 0")
    rig.tell(f"swap {path} 0")
    same("known by its own name only", after(rig, copy, verify("000000")), ["63C5"])
    blocked = ["63C4", "63C3", "63C2", "63C1", "63C0", "6983", "6983", "6983", "6983"]
    same("blocked", after(rig, copy, *[verify("000000")] * 6, verify("123456"), ASK,
                          change("123456", "654321")), blocked)
    same("blocked for ever", after(rig, copy, ASK, verify("123456")), ["6983", "6983"])
    same("of card 18", after(rig, rig.variant("18-blocked.card"), ASK, verify("2580"), ASK,
                             verify("2581"), verify("2580"), ASK),
         ["63C1", "9000", "63C1", "63C0", "6983", "6983"])
    same("odd, and fifteen tries", after(rig, rig.variant("19-sm4.card", pin_tries="15"), ASK,
                                         verify("97531"), "0020000003975310", ASK),
         ["63CF", "9000", "63CE", "63CE"])


def check_change(rig):
    path = rig.variant("01-zhang-guilan.card")
    same("changed", after(rig, path, change("123457", "0000"), ASK, change("123456", "00001"), ASK,
                          verify("123456"), verify("00001")),
         ["63C5", "63C5", "9000", "63C6", "63C5", "9000"])
    same("new one kept while out", after(rig, path, verify("123456"), change("00001", "1234567890123456"),
                                         verify("1234567890123456"), ASK),
         ["63C5", "9000", "9000", "63C6"])
    same("refused", after(rig, rig.variant("01-zhang-guilan.card"), verify("111111"),
                          change("123456", "123"), change("123456", "12A4"), change("123456", ""),
                          "805E010006123456123456", "805E010010123456FF" + "12" * 12,
                          change("123456", "1" * 17), change("123456", "1234"), verify("1234")),
         ["63C5", "6A80", "6A80", "6A80", "6A80", "6A80", "6A80", "9000", "9000"])


def check_forms(rig):
    path = rig.variant("01-zhang-guilan.card")
    rig.fresh(path)
    lines = rig.probe("connect", ASK, change("123456", "1234"), SELECT, "0020000009" + "12" * 9,
                      "0020000005", "0020010003123456", "805E000007123456FF123456",
                      "805E010012" + "12" * 18, "8020000003123456", "005E010007123456FF123456",
                      "8024000100", ASK)
    same("forms", lines[1:3] + lines[4:], ["6985", "6985", "6700", "6700", "6A86", "6A86", "6700",
                                           "6E00", "6D00", "6E00", "63C6"])
    same("none set", after(rig, rig.variant("21-zhejiang.card"), ASK, verify("123456"),
                           change("123456", "1234")), ["9000", "6A88", "6A88"])
    for key, value in (("pin", "123"), ("pin", "1" * 17), ("pin", "12a4"), ("pin_tries", "0"),
                       ("pin_tries", "16"), ("keys", "real"), ("locked", "no")):
        answer = rig.tell("in " + rig.variant("01-zhang-guilan.card", **{key: value}))
        report(f"card file {key} {value}", "line " in answer.get("text", ""), answer)
