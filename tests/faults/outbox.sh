# What was saved arrives, once: the line cut at each interesting byte, down, slow, stalling; a clock
# that stands still. Afterwards the platform's cases are counted.
new_work "$B/faults-outbox"
. tests/faults/road.sh
cuts() { wire stats | sed 's/.*"cuts":\([0-9]*\).*/\1/'; }
nothing_waits() { [ "$(boxes 'state < 2')" = 0 ]; }
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
check() { if delivered && agree >"$W/agree" 2>&1; then good "$1"; else bad "$1: $(cat "$W/agree" 2>/dev/null) $(boxes 'state < 2') wait"; fi; }

begin_road

# Nobody knows this terminal yet.
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
