# Photographed papers arrive whole, whatever is cut or killed on the way, and never hold up an
# application. KILLS: how often either side is killed.
new_work "$B/faults-papers"
kills=$(((${KILLS:-12} + 1) / 2))
[ "$kills" -le 100 ] || kills=100
[ "${KILLS:-0}" -gt 20 ] || kills=4
. tests/faults/road.sh
kill_hard() {
    kill -9 "$(cat "$W/$1.pid")"
    wait "$(cat "$W/$1.pid")" 2>/dev/null
    rm "$W/$1.pid"
}
nudge() { "$B/putitem" "$W/sync.conf" "$W/data" 0 >"$W/nudge.log" 2>&1 || true; }
sent() { box "SELECT coalesce(sum(sent), 0) FROM blob"; }
whole() { [ "$(box "SELECT count(*) FROM blob WHERE done > 0")" = "$1" ]; }
moved() { [ "$(sent)" -gt "$1" ]; }
# Up to 30 s: N pages have arrived.
arrived() {
    for _ in $(seq 150); do
        ! whole "$1" || return 0
        nudge
        sleep 0.2
    done
    return 1
}
# The clerk sees page N of case REF: BYTES times this letter, and nothing of it is left here.
seen() {
    rm -f "$W/page"
    office case paper "$1" "$2" "$W/page" >"$W/paper.log" 2>&1 || return 1
    head -c "$4" /dev/zero | tr '\0' "$3" | cmp -s - "$W/page"
}
clean() { [ "$(box "SELECT count(*) FROM blob_part")" = 0 ]; }

begin_road
put 1
make_known
nudge

# A request cut in its head, in the middle of a part, in its last byte; an answer never given, or half.
put 1 100 2 150000
for at in "request 300" "request 9000" "after 0" "after 20" "after 200"; do
    wire "cut $at once on /v1/blob" >"$W/order"
    nudge
    sleep 0.3
done
wire cut off >"$W/order"
arrived 2 && seen 2026-2 1 A 150000 && seen 2026-2 2 B 150000 && clean &&
    good "papers: cut in mid-part on either way, two pages arrive whole" ||
    bad "papers: a line cut in mid-part: $(tail -n 3 "$W/sync.log")"

# 64 kbit/s, 800 ms round trip, cut every 8 s (in the short run, all of it five times as fast). An
# application that comes meanwhile goes first.
long=$([ "${KILLS:-0}" -gt 20 ] && echo 1 || echo 5)
wire "rate $((8000 * long))" >"$W/order"
wire "delay $((400 / long))" >"$W/order"
wire "cut every $(((8 + long / 2) / long))" >"$W/order"
size=$((75000 + 25000 * long))
put 1 100 1 $size
until_true moved 300100
begun=$(date +%s)
put 1 1000
item_in() { [ "$(box "SELECT count(*) FROM item WHERE n = 4 AND state = 2")" = 1 ]; }
until_true item_in || until_true item_in || nudge
until_true item_in || until_true item_in
took=$(($(date +%s) - begun))
arrived 3
first() { [ "$(box "SELECT i.delivered < b.done FROM item i, blob b WHERE i.n = 4 AND b.item_n = 3")" = 1 ]; }
if item_in && first; then
    good "papers: an application went in $took s while a page was on its way at $((64 * long)) kbit/s"
else
    bad "papers: an application behind a page: $took s, $(box 'SELECT n, state FROM item')"
fi
wire clear >"$W/order"
arrived 3 && seen 2026-3 1 A $size && good "papers: over $((64 * long)) kbit/s, cut again and again, the page arrives whole" ||
    bad "papers: 64 kbit/s: $(sent)"

# Either side killed while a page goes up.
wire "rate 150000" >"$W/order"
put 1 100 3 150000
n=0 forward=0
while [ $n -lt "$kills" ] && ! whole 6; do
    n=$((n + 1))
    at=$(sent)
    nudge
    for _ in $(seq 40); do
        ! moved "$at" || { forward=$((forward + 1)); break; }
        sleep 0.05
    done
    if [ $((n % 2)) = 0 ]; then
        kill_hard platform
        serve || bad "the platform comes back"
    else
        kill_hard sync
        follow
        until_true test -S "$W/data/sync.sock"
    fi
done
wire clear >"$W/order"
echo "papers: $n kills, $forward times something had gone up since the last"
arrived 6 && seen 2026-5 1 A 150000 && seen 2026-5 2 B 150000 && seen 2026-5 3 C 150000 && clean &&
    [ $forward -gt 1 ] && good "papers: $n times killed on either side, three pages arrive whole" ||
    bad "papers: killed: $(sent), $(box 'SELECT no, sent, done FROM blob')"
office audit verify >"$W/audit" 2>&1 || bad "papers: audit: $(cat "$W/audit")"

# A terminal that was shut out delivers nothing more, and keeps it.
office terminal revoke hall-1 >"$W/revoke.log" 2>&1
sqlite3 "$W/data/outbox.db" ".timeout 3000" "UPDATE blob SET done = 0, sent = 0 WHERE no = 3" \
    "INSERT INTO blob_part SELECT hash, 0, x'00' FROM blob WHERE no = 3"
nudge
until_true grep -q "paper_later err=revoked" "$W/sync.log" && ! clean &&
    good "papers: a revoked terminal's parts are refused, and kept" || bad "papers: revoked"
