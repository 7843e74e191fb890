# What was saved arrives, once: the line cut at each interesting byte, down, slow, stalling; a clock
# that stands still. Afterwards the platform's cases are counted.
new_work "$B/faults-outbox"
mkdir -p "$W/office"
: >"$W/saved"

office() { "$B/huimin-platform" "$@" --db "$W/p.db" --keys "$W/keys" --feed "$W/feed"; }
serve() {
    start platform "$B/huimin-platform" serve --listen "127.0.0.1:$far" --db "$W/p.db" \
        --keys "$W/keys" --feed "$W/feed"
    wait_until platform listening "$far"
}
follow() {
    start sync "$B/huimin-sync" --config "$W/sync.conf" --data "$W/data" \
        --platform "http://127.0.0.1:$port" --poll-s 1 "$@"
}
wire() {
    printf '%s\n' "$*" | python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(sys.stdin.buffer.read())
print(s.makefile().readline().strip())' "$W/line.sock"
}
cuts() { wire stats | sed 's/.*"cuts":\([0-9]*\).*/\1/'; }
put() { "$B/putitem" "$W/sync.conf" "$W/data" "$@" >>"$W/saved" 2>"$W/put.log"; }
# Looked at from outside, while huimin-sync writes it.
boxes() { sqlite3 -readonly "$W/data/outbox.db" ".timeout 3000" "SELECT count(*) FROM item WHERE $1"; }
nothing_waits() { [ "$(boxes 'state < 2')" = 0 ]; }
has() { [ "$(boxes "$1")" = "$2" ]; }
cut_since() { [ "$(cuts)" -gt "$1" ]; }
delivered() {
    for _ in 1 2 3 4 5 6 7 8; do
        "$B/putitem" "$W/sync.conf" "$W/data" 0
        for _ in $(seq 20); do
            ! nothing_waits || return 0
            sleep 0.05
        done
    done
    return 1
}
# The platform's cases are what was saved: each once, nothing else.
agree() {
    office case list --json >"$W/cases.json" 2>"$W/cases.log"
    python3 - "$W" <<'END'
import json, sys
w = sys.argv[1]
saved = sorted(open(w + "/saved").read().split())
text = open(w + "/cases.json").read()
found = json.loads(text)
found = found if isinstance(found, list) else next(v for v in found.values() if isinstance(v, list))
cases = sorted(c["receipt"] for c in found)
if saved != cases or len(set(saved)) != len(saved):
    sys.exit(f"{len(saved)} saved, {len(cases)} cases, {len(set(cases))} different")
END
}
check() { if delivered && agree >"$W/agree" 2>&1; then good "$1"; else bad "$1: $(cat "$W/agree" 2>/dev/null) $(boxes 'state < 2') wait"; fi; }

free_port
far=$port
port=$((far + 1))
while listening "$port"; do port=$((port + 1)); done
echo "day,place,good,yuan,taken,source,source_en" >"$W/office/prices.csv"
printf 'feed.root = %s/keys/root.pub\nnet.deadline_s = 4\nnet.object_deadline_s = 6\n' "$W" >"$W/sync.conf"
office publish "$W/office" >"$W/publish.log" 2>&1 && serve || bad "a platform"
start line "$B/line" --listen "$port" --to "$far" --control "$W/line.sock"
wait_until line test -S "$W/line.sock" || bad "a line"
follow && until_true test -s "$W/data/line.pub" || bad "huimin-sync"

# Nobody knows this terminal yet.
until_true grep -q "sync_ok" "$W/sync.log"
put 1
if until_true has "state = 0 AND reason = 'unknown_terminal'" 1 &&
    [ "$(grep -c "err=unknown_terminal" "$W/sync.log")" = 1 ]; then
    good "an unknown terminal keeps what it has"
else
    bad "an unknown terminal: $(tail -n 2 "$W/sync.log")"
fi
office terminal add hall-1 "$W/data/terminal.pub" >"$W/add.log" 2>&1 || bad "terminal add: $(cat "$W/add.log")"
check "made known, it delivers"

# The platform's work done or not, its answer whole or not.
for at in "after 0" "after 1" "after 15" "after 120" "after 260" "after 400" "request 1" \
    "request 200" "request 600"; do
    before=$(cuts)
    wire "cut $at once on /v1/outbox" >"$W/order"
    put 1
    until_true cut_since "$before" || bad "cut $at: nothing was cut"
    wire cut off >"$W/order"
    delivered && agree >"$W/agree" 2>&1 || bad "cut $at: $(cat "$W/agree")"
done
check "a line cut at nine places: each item arrives once"

wire down >"$W/order"
put 1
until_true has "reason = 'offline'" 1 && waits=yes || waits=no
wire up >"$W/order"
[ $waits = yes ] && check "a line that is down: it waits, then goes" || bad "a line that is down"
wire "rate 6000" >"$W/order"
wire "stall 200 1500" >"$W/order"
put 4 3000
delivered || delivered
wire clear >"$W/order"
check "a slow and stalling line delivers"
stop sync
follow --clock 2026-01-02T03:04:05+08:00 # its clock has stood still for months
put 1
check "a terminal whose clock is wrong delivers"
grep -q "platform_clock" "$W/sync.log" || bad "it was told what time it is"
stop sync

# Killed at random, of all programs: schedules.sh.
if [ "$(boxes 'length(box) > 0')" = 0 ] && office audit verify >"$W/audit.log" 2>&1; then
    good "every box is emptied, and the audit is whole"
else
    bad "boxes left: $(boxes 'length(box) > 0'); $(tail -n 1 "$W/audit.log")"
fi
