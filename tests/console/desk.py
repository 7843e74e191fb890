"""What clerks do at their page, and what others try: desk.py BUILD WORK PAGE_PORT FEED_PORT."""
import http.client
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time

from browser import Browser

BUILD, WORK, PORT, FEED = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
HOME = f"http://127.0.0.1:{PORT}/console/"
count = {"ok": 0, "FAIL": 0}


def check(name, good, more=""):
    word = "ok" if good else "FAIL"
    count[word] += 1
    print(f"{word} console: {name}{'' if good else ': ' + str(more)[:400]}", flush=True)
    return bool(good)


def office(*words):
    return subprocess.run([f"{BUILD}/huimin-platform", *words, "--db", f"{WORK}/platform.db", "--keys", f"{BUILD}/keys",
                           "--feed", f"{WORK}/feed", "--clock", os.environ["CLOCK"]], capture_output=True, text=True)


def rows(sql, *values):
    with sqlite3.connect(f"file:{WORK}/platform.db?mode=ro", uri=True, timeout=5) as db:
        return db.execute(sql, values).fetchall()


def within(seconds, ask):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        got = ask()
        if got:
            return got
        time.sleep(0.05)
    return None


# --- without a browser: what the server itself refuses -------------------------------------------

class Visitor:
    """Whoever speaks to the page's port; each call may lie about where it comes from."""

    def __init__(self):
        self.cookie, self.token = "", ""

    def ask(self, name, body=None, **changed):
        head = {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{PORT}", "Cookie": self.cookie,
                "Huimin-Token": self.token}
        head.update({k.replace("_", "-"): v for k, v in changed.items()})
        c = http.client.HTTPConnection("127.0.0.1", PORT, timeout=20)
        c.request("POST", f"/console/api/{name}", json.dumps(body or {}), {k: v for k, v in head.items() if v is not None})
        r = c.getresponse()
        self.head, text = dict(r.getheaders()), r.read()
        c.close()
        return r.status, json.loads(text)

    def login(self, name):
        status, answer = self.ask("login", {"name": name, "password": f"{name}-und-geheim"})
        self.cookie = self.head.get("Set-Cookie", "").split(";")[0]
        self.token = answer.get("token", "")
        return status == 200


def refusals():
    v = Visitor()
    check("nobody is told anything without a login", all(
        v.ask(n, {"ref": "2026-000001"})[0] == 401 for n in ("me", "cases", "case", "fleet", "audit", "sheet")))
    v.login("wang")
    got = v.head.get("Set-Cookie", "")
    check("the cookie is for the server only", "HttpOnly" in got and "SameSite=Strict" in got and "Path=/console" in got, got)
    for name, change, why in (
            ("another page's call is refused", {"Origin": "https://evil.example"}, "origin"),
            ("a call that does not say where it is from is refused", {"Origin": None}, "origin"),
            ("a form's text is no call", {"Content_Type": "text/plain"}, "origin"),
            ("a call without the token is refused", {"Huimin_Token": None}, "token"),
            ("another login's token is refused", {"Huimin_Token": "0" * 64}, "token")):
        status, answer = v.ask("case_do", {"ref": "2026-000001", "do": "accept"}, **change)
        check(name, status == 403 and answer == {"error": why}, (status, answer))
    check("nothing came of them", rows("SELECT DISTINCT state FROM cases") == [("received",)])
    check("a clerk's account publishes nothing and shuts nothing out", [v.ask(n)[0] for n in (
        "notice", "sheet", "sheet_publish", "withdraw", "fleet", "revoke", "audit", "clerks", "clerk_add", "clerk_do")] == [403] * 10)
    p, o = Visitor(), Visitor()
    p.login("li")
    o.login("zhao")
    check("a publisher sees no case and no terminal", [p.ask(n)[0] for n in ("cases", "case", "case_id", "case_do", "fleet")] == [403] * 5)
    check("an operator sees no case and publishes nothing", [o.ask(n)[0] for n in ("cases", "case", "case_id", "notice")] == [403] * 4)
    check("what is too large is not read", v.ask("cases", {"find": "a" * (3 << 20)})[0] == 413)
    old = (v.cookie, v.token)
    check("one who logs out is out", v.ask("logout")[0] == 200 and v.ask("cases", Cookie=old[0], Huimin_Token=old[1])[0] == 401)
    check("the cookie is kept as a hash only", not rows(
        "SELECT 1 FROM console_session WHERE hash = ?", p.cookie.split("=")[1]) and len(rows("SELECT 1 FROM console_session")) == 2)
    check("the terminals' port has no such page", get(FEED, "/console/")[0] == 404)
    status, head = get(PORT, "/console/")
    policy = head.get("Content-Security-Policy", "")
    check("the page is guarded", status == 200 and "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
          and head.get("X-Frame-Options") == "DENY" and head.get("Referrer-Policy") == "no-referrer" and head.get("Cache-Control") == "no-store", head)
    check("it has no other files", [get(PORT, p)[0] for p in (
        "/console/../keys/seal.key", "/console/%2e%2e/platform.db", "/console/web/app.js", "/feed/420506/index", "/metrics")] == [404] * 5)


def get(port, path):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    c.request("GET", path)
    r = c.getresponse()
    text = r.read().decode("utf-8", "replace")
    c.close()
    get.text = text
    return r.status, dict(r.getheaders())


def lockout():
    v = Visitor()
    tries = [v.ask("login", {"name": "wang", "password": "falsch-falsch"})[0] for _ in range(4)]
    check("the fourth wrong password has to wait", tries == [401, 401, 401, 429], tries)
    status, answer = v.ask("login", {"name": "wang", "password": "wang-und-geheim"})
    check("so has the right one", status == 429 and answer["s"] >= 1, answer)
    check("a name that is no account fares the same", [
        v.ask("login", {"name": "niemand", "password": "falsch-falsch"})[0] for _ in range(4)] == [401, 401, 401, 429])
    check("others are let in meanwhile", Visitor().login("alle"))
    log = open(f"{WORK}/platform.log").read()
    check("no password and no citizen's name stands in the log", "falsch" not in log and "geheim" not in log and "甄试样" not in log)


# --- as huimin speaks to its huimin-sync ---------------------------------------------------------

def to_sync(order):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(f"{WORK}/data/sync.sock")
        s.sendall(json.dumps(order).encode() + b"\n")
        return b"taken" in s.recv(64)


def devices(reader, printer):
    return to_sync({"m": "devices", "reader": reader, "printer": printer})


# --- in the browser ----------------------------------------------------------------------------

def login(b, name, password=None):
    b.go(HOME)
    b.fill("#name", name)
    b.fill("#password", password or f"{name}-und-geheim")
    b.click("#login")


def logout(b):
    b.click("#logout")
    b.wait("!!document.querySelector('#login')")


def first_steps(b):
    b.go(f"http://127.0.0.1:{PORT}/")
    check("the page asks who is there", b.wait("!!document.querySelector('#login')") and b.js("document.documentElement.lang") == "zh-CN")
    login(b, "alle", "ganz-falsch-das")
    check("a wrong password is said in plain words", b.says("名字或密码不对"))
    b.click("#lang")
    check("in English too", b.says("Log in") and b.js("document.documentElement.lang") == "en")
    b.click("#lang")
    login(b, "wang")
    check("the right one opens the cases", b.wait("document.querySelectorAll('#list .open').length === 5"), b.text())
    check("a clerk sees one page only", b.js("document.querySelectorAll('#top nav a').length") == 1)
    b.shot("cases")


def cases(b):
    evil = rows("SELECT ref FROM cases WHERE receipt = ?", open(f"{WORK}/saved").read().split()[-1])[0][0]
    b.js(f"location.hash = '#/case/{evil}'")
    check("what a citizen wrote is text", b.says("onerror='window.pwned=1'") and b.js("typeof window.pwned") == "undefined"
          and b.js("document.querySelectorAll('main img, main script').length") == 0, b.text())
    check("an id number is covered", b.js("document.querySelector('#idno').innerText").startswith("*************"))
    b.click("#show-id")
    check("until it is asked for", b.wait("/^[0-9a-f]{17}$/.test(document.querySelector('#idno').innerText)"))
    did = [w for (w,) in rows("SELECT what FROM audit WHERE who = 'console/wang'")]
    check("both are in the audit", f"opened {evil}" in did and f"numbers {evil}" in did, did)
    b.click("#do-ask")
    b.click("#ask-yes")
    check("a paper is not asked for without saying which", b.wait("document.querySelector('#ask').open && document.querySelector('#reason-text').matches(':invalid')"))
    b.fill("#reason-text", "请补户口簿<b>复印件</b>")
    b.click("#ask-yes")
    check("a paper is asked for", b.wait("document.querySelector('#reason')?.innerText === '请补户口簿<b>复印件</b>'"), b.text())
    b.shot("case-asked", full=True)
    b.click("#do-accept")
    b.click("#ask-yes")
    b.click("#do-finish")
    b.click("#ask-yes")
    check("it is accepted, then finished", b.says("这件事已经有结果了") and rows(
        "SELECT state FROM cases WHERE ref = ?", evil) == [("finished",)])
    terminal = f"file:{WORK}/data/outbox.db?mode=ro"

    def there():
        with sqlite3.connect(terminal, uri=True, timeout=5) as db:
            return db.execute("SELECT count(*) FROM item WHERE case_state = 'finished'").fetchone()[0] == 1
    to_sync({"m": "sync"})  # it asks for states when it is told to, else every 30 minutes
    check("the terminal is told", within(10, there))
    other = rows("SELECT ref FROM cases WHERE state = 'received' LIMIT 1")[0][0]
    check("the command line decides in between", office("case", "accept", other).returncode == 0)
    v = Visitor()
    v.login("alle")
    status, answer = v.ask("case_do", {"ref": other, "do": "return", "reason": "x"})
    check("a case is decided once", status == 409 and answer == {"error": "state"}, answer)
    check("whoever opens a case on the command line is in the audit, too", office("case", "show", other).returncode == 0 and rows(
        "SELECT count(*) FROM audit WHERE who LIKE 'clerk/%' AND what = ?", f"opened {other}") == [(1,)])
    check("the history names who did what", b.says("wang") and len(rows("SELECT 1 FROM audit WHERE what LIKE ?", f"%{evil}%")) >= 6)
    logout(b)


def two_at_once(b):
    """Somebody else decides while the question is on the screen; and a question never leaves its page."""
    (ref,), (next_one,) = rows("SELECT ref FROM cases WHERE state = 'received' ORDER BY no DESC LIMIT 2")
    login(b, "wang")
    b.wait("!!document.querySelector('#list')")
    b.js(f"location.hash = '#/case/{ref}'")
    b.click("#do-accept")
    open_now = b.js("document.querySelector('#ask').open")
    office("case", "ask", ref, "--reason", "户口簿")
    office("case", "accept", ref)
    b.click("#ask-yes")
    check("who was second sees how the case stands, and why", open_now and b.wait(
        "document.querySelector('main .banner')?.innerText.includes('别人刚处理过') && !document.querySelector('#ask').open"
        " && !!document.querySelector('#do-finish') && !document.querySelector('#do-accept')"), b.text())
    b.js(f"location.hash = '#/case/{next_one}'")
    b.wait(f"document.querySelector('main .number')?.innerText.startsWith('{next_one}')")
    check("what was said is gone with its case", b.js("document.querySelector('main .banner')") is None)
    b.click("#do-return")
    open_now = b.js("document.querySelector('#ask').open")
    b.js("location.hash = '#/cases'")
    check("a question does not survive going to another page", open_now and b.wait(
        "!!document.querySelector('#list .open') && !document.querySelector('#ask').open"), b.text())
    v = "fetch = async () => new Response('', { status: 503 })"
    b.js(f"window.kept = window.fetch; window.{v}; location.hash = '#/case/{next_one}'")
    check("an answer that is none is a fault of the platform, not of the network", b.says("平台出错了，请稍后再试"), b.text())
    b.js("window.fetch = window.kept; location.hash = '#/cases'")
    b.wait("!!document.querySelector('#list .open')")
    logout(b)


def keyboard(b):
    """Log in, find a case, return it with a reason and log out, without a pointer."""
    b.go("about:blank")
    b.go(HOME)
    b.wait("document.activeElement.id === 'name'")
    b.tab_to("skip", 5, shift=True)
    b.key("Enter")
    check("the link to the content goes there", b.focused() == "main")
    b.tab_to("name", 5)
    b.type("alle")
    b.key("Tab")
    b.type("alle-und-geheim")
    b.key("Enter")
    b.wait("document.activeElement.className === 'open'")
    first = b.js("document.activeElement.innerText")
    b.key("ArrowDown")
    second = b.js("document.activeElement.innerText")
    check("arrows go from case to case", first != second and second.startswith("2026-"), (first, second))
    b.key("Enter")
    b.wait("document.activeElement.tagName === 'H1'")
    b.key("Escape")
    check("Escape goes back to the list", b.wait("location.hash === '#/cases' && document.activeElement.className === 'open'"))
    b.key("ArrowDown")
    b.key("Enter")
    b.wait("document.activeElement.tagName === 'H1'")
    b.tab_to("do-return")
    ring = b.js("getComputedStyle(document.activeElement).outlineStyle")
    check("what has the focus is seen to have it", ring == "solid", ring)
    b.key("Enter")
    b.wait("document.activeElement.id === 'reason-text'")
    b.type("户口簿看不清")
    b.tab_to("ask-yes")
    b.key("Enter")
    check("a case is returned without a pointer", b.wait("!document.querySelector('#ask').open && document.querySelector('#reason')?.innerText === '户口簿看不清'"), b.text())
    b.tab_to("logout", 60, shift=True)
    b.key("Enter")
    check("and one logs out", b.wait("document.activeElement.id === 'name'"))


def notices(b):
    login(b, "li")
    b.wait("!!document.querySelector('#n-title')")
    b.fill("#n-title", "停水<script>window.pwned=1</script>")
    b.fill("#n-body", "明天 9 点到 12 点停水。\n<img src=x onerror='window.pwned=1'>")
    b.fill("#n-sender", "夷陵区水务局")
    b.fill("#n-until", os.environ["TODAY"])
    check("the notice is shown as it will be", b.says("停水<script>") and b.wait("document.querySelector('#preview').innerText.includes('明天 9 点')"))
    b.shot("notice", full=True)
    b.click("#n-go")
    b.click("#ask-yes")
    check("it is published", b.says("已发布，目录第"), b.text())

    def there(n):
        def ask():
            with sqlite3.connect(f"file:{WORK}/data/cache.db?mode=ro", uri=True, timeout=5) as db:
                return db.execute("SELECT count(*) FROM notice WHERE title LIKE '停水<script>%'").fetchone()[0] == n
        return ask
    check("the terminal has it", within(10, there(1)))
    check("nothing in it ran", b.js("typeof window.pwned") == "undefined" and b.js("document.querySelectorAll('main script').length") == 0)
    b.wait("document.querySelector('#out td')?.nextElementSibling.innerText.includes('停水')")
    check("with its last day", "到11月23日" in b.text() or os.environ["TODAY"] != "2026-11-23", b.text())
    b.click("#out .withdraw")
    b.click("#ask-yes")
    check("it is taken back", b.says("已撤回") and within(10, there(0)))


def prices(b):
    today = os.environ["TODAY"]
    b.js("location.hash = '#/prices'")
    b.wait("!!document.querySelector('#csv')")

    def sheet(name, text, code="utf-8"):
        path = f"{WORK}/{name}.csv"
        with open(path, "wb") as f:
            f.write(text.encode(code))
        b.file("#csv", path)

    sheet("faulty", f"day,place,good,yuan\n{today},1,1,5,20\n{today},1,1,abc\n{today},99999,1,5.20\nmorgen,1,1,5.20\n")
    check("faults are told by their lines", b.says("4 处不对") and b.wait(
        "[...document.querySelectorAll('#sheet td.num')].map(e => e.innerText).join() === '2,3,4,5'"), b.text())
    check("in the clerk's language", b.says("yuan：不是像 4.98 这样的价格"))
    b.shot("sheet-faults")
    sheet("book", "\0\1", "latin-1")
    check("what is no text is said to be none", b.says("不是能读的表格文字"))
    old = rows("SELECT val FROM row WHERE tbl = 13 ORDER BY key DESC LIMIT 3")
    (_, _, day, good, place, fen), *_ = (json.loads(v) for (v,) in old if json.loads(v)[5])
    before = rows("SELECT count(*) FROM row WHERE tbl = 13")
    sheet("good", f"day,place,good,yuan,source\n{today},{place},{good},{fen * 3 / 100:.2f},价格监测站\n", "gbk")
    check("a large change is pointed out", b.says("变动大") and b.says("国标编码") and b.js("document.querySelectorAll('#sheet tr.jump').length") == 1, b.text())
    b.shot("sheet")
    check("nothing is out yet", rows("SELECT count(*) FROM row WHERE tbl = 13") == before)
    b.click("#p-go")
    check("it is not published before it was looked at", b.says("先看看变动大的"))
    b.click("#seen")
    b.click("#p-go")
    check("then it is", b.says("已发布，目录第"), b.text())

    def there():
        with sqlite3.connect(f"file:{WORK}/data/cache.db?mode=ro", uri=True, timeout=5) as db:
            return db.execute("SELECT count(*) FROM price p WHERE p.good = ? AND p.place = ? AND p.fen = ?", (good, place, fen * 3)).fetchone()[0] == 1
    check("the terminal has the price", within(10, there))
    v = Visitor()
    v.login("li")
    status, answer = v.ask("sheet_publish", {"csv": "ZGF5", "head": 1})
    check("who looked at older prices must look again", status == 409 and answer == {"error": "changed"}, answer)
    logout(b)


def reports():
    get(FEED, "/metrics")
    return sum(int(line.split()[-1]) for line in get.text.splitlines() if line.startswith('huimin_requests_total{path="report"'))


def contrast(b):
    login(b, "alle")
    b.wait("!!document.querySelector('#list table')")
    measure = open(os.path.join(os.path.dirname(__file__), "contrast.js")).read()
    worst = []
    case = rows("SELECT ref FROM cases ORDER BY no LIMIT 1")[0][0]
    for page in ("cases", f"case/{case}", "notices", "prices", "fleet", "audit", "clerks", "me"):
        b.js(f"document.querySelector('main').replaceChildren(); location.hash = '#/{page}'")
        b.wait("!!document.querySelector('main h1')")
        worst.append(b.js(measure))
    check("every text can be read by weak eyes (7:1)", all(float(w.split()[0]) >= 7 for w in worst), worst)
    check("no page is wider than the screen", b.js("document.documentElement.scrollWidth") <= 1366)
    logout(b)


def fleet(b):
    check("huimin-sync hears how the devices are", devices("ready", "paper_out"))
    check("the platform has a report", within(10, lambda: rows("SELECT 1 FROM terminal_report WHERE printer = 'paper_out'")))
    before = reports()
    devices("ready", "paper_out")
    devices("absent", "paper_out")
    check("what is the same is not said again", within(10, lambda: rows("SELECT 1 FROM terminal_report WHERE reader = 'absent'"))
          and reports() == before + 1, (before, reports()))
    login(b, "zhao")
    check("a terminal's report is shown", b.wait("document.querySelector('#fleet tbody')?.innerText.includes('0.1.0')") and b.says("打印机：没纸"), b.text())
    b.shot("fleet")
    b.js("location.hash = '#/audit'")
    check("the chain is unbroken", b.says("一行不缺"))
    b.js("location.hash = '#/fleet'")
    b.wait("!!document.querySelector('.revoke')")
    b.click(".revoke")
    b.fill("#typed", "hall-2")
    b.click("#ask-yes")
    check("another name shuts nothing out", b.says("名字没打对") and rows("SELECT revoked FROM terminal") == [(0,)])
    b.fill("#typed", "hall-1")
    b.click("#ask-yes")
    check("the typed name shuts it out", b.says("hall-1 已停用") and rows("SELECT revoked FROM terminal") == [(1,)])
    check("who did it is known", rows("SELECT 1 FROM audit WHERE who = 'console/zhao' AND what = 'terminal revoke hall-1'"))

    def told():
        return "unknown_terminal" in open(f"{WORK}/sync.log").read()
    subprocess.run([f"{BUILD}/putitem", f"{WORK}/sync.conf", f"{WORK}/data", "1"], capture_output=True)
    check("the terminal is refused", within(10, told))
    b.js("location.hash = '#/clerks'")
    b.click("#lock-li")
    b.click("#ask-yes")
    check("an account is locked, and its pages with it", b.says("li 已停用") and not rows(
        "SELECT 1 FROM console_session WHERE clerk = 'li'") and not Visitor().login("li"))
    logout(b)


def csp(b):
    login(b, "zhao")
    b.wait("!!document.querySelector('#fleet')")
    b.js("""(() => { const s = document.createElement('script'); s.textContent = 'window.pwned = 2'; document.body.append(s);
             const e = document.createElement('div'); e.innerHTML = "<img src=x onerror='window.pwned = 3'>"; document.body.append(e); })()""")
    time.sleep(0.2)
    check("no script runs but our files", b.js("typeof window.pwned") == "undefined")
    told = " ".join(b.console)
    check("the browser says why", "Content Security Policy" in told, told)
    check("no fault of our own scripts", "exception" not in told, told)


def main():
    within(10, lambda: len(rows("SELECT 1 FROM cases")) == 5)
    check("five applications came from a terminal", len(rows("SELECT 1 FROM cases")) == 5)
    refusals()
    b = Browser(WORK)
    try:
        for part in (first_steps, cases, two_at_once, keyboard, notices, prices, contrast, fleet, csp):
            try:
                part(b)
            except Exception as fault:  # one part that cannot go on must not hide the others
                check(part.__name__, False, repr(fault))
        b.shot("last")
    finally:
        b.close()
    lockout()
    check("the audit is whole", office("audit", "verify").returncode == 0)
    print(f"{count['ok']} passed, {count['FAIL']} failed")
    return 1 if count["FAIL"] else 0


sys.exit(main())
