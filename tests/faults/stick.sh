# The queue on a stick that is full, locked, pulled out; the programs killed while they write or read
# it; two terminals on one stick; and a disk that gets short. STICK_KILLS: how often each is killed.
new_work "$B/faults-stick"
kills=${STICK_KILLS:-4}
mkdir -p "$W/stick" "$W/data" "$W/data2"
. tests/faults/road.sh
own_mounts "mount -t tmpfs -o size=64k,mode=1777 tmpfs '$W/stick' &&
    mount -t tmpfs -o size=44m,mode=2770 tmpfs '$W/data'" || {
    echo "skipped: stick: nobody may mount here"
    return 0
}

office() { "$W/in" "$B/huimin-platform" "$@" --db "$W/p.db" --keys "$W/keys" --feed "$W/feed"; }
follow() {
    start sync "$W/in" "$B/huimin-sync" --config "$W/sync.conf" --data "$1" \
        --platform "http://127.0.0.1:$port" --poll-s 3600
    wait_until sync "$W/in" test -S "$1/sync.sock"
}
put() { "$W/in" "$B/putitem" "$W/sync.conf" "$@" >>"$W/saved" 2>"$W/put.log"; }
boxes() { "$W/in" sqlite3 -readonly "$1/outbox.db" ".timeout 3000" "SELECT count(*) FROM item WHERE $2"; }
# carry DATA: the order as huimin gives it; prints err written taken spoilt.
carry() {
    "$W/in" python3 -c '
import json, socket, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(20)
s.connect(sys.argv[1])
f = s.makefile()
s.sendall(b"{\"m\":\"carry\"}\n")
for line in f:
    m = json.loads(line)
    if m["m"] == "state" and "carry" in m:
        c = m["carry"]
        print(c["err"], c["written"], c["taken"], c["spoilt"])
        break' "$1/sync.sock"
}
says() {
    got=$(carry "$W/data")
    [ "$got" = "$2" ] && good "$1" || bad "$1: $got, wanted $2"
}
# With its source named: else the options of before are given again, and a user has no such owner.
resize() { "$W/in" mount -o "remount,$1" tmpfs "$W/stick"; }
left_over() { "$W/in" find "$W/stick" -mindepth 1 -name '*.part' | wc -l; }
free_port
printf 'feed.root = %s/keys/root.pub\ncarry.dir = %s/stick\n' "$W" "$W" >"$W/sync.conf"
echo "day,place,good,yuan,taken,source,source_en" >"$W/office/prices.csv"
office publish "$W/office" >"$W/publish.log" 2>&1
start platform "$W/in" "$B/huimin-platform" serve --listen "127.0.0.1:$port" --db "$W/p.db" \
    --keys "$W/keys" --feed "$W/feed"
wait_until platform listening "$port" || bad "a platform"
# Both terminals learn the keys and are made known; then the line is down for days.
for d in data data2; do
    follow "$W/$d" && until_true grep -q "sync_ok" "$W/sync.log" || bad "huimin-sync of $d"
    put "$W/$d" 1 3000 # makes the item key
    office terminal add "hall-$d" "$W/$d/terminal.pub" >"$W/add.log" 2>&1 || bad "terminal add: $(cat "$W/add.log")"
    stop sync
done
stop platform
put "$W/data2" 4 3000
put "$W/data" 39 3000
follow "$W/data" || bad "huimin-sync without a line"

says "a stick that is full" "disk_full 0 0 0"
[ "$(left_over)" = 0 ] && [ "$(boxes "$W/data" 'state < 2')" = 40 ] &&
    good "a full stick holds nothing half, and nothing was lost" || bad "a full stick"
resize "size=8m,ro"
says "a stick that is locked" "data_readonly 0 0 0"
resize "size=8m,rw"

# Killed while it writes: what has its name is whole, the rest goes with the next.
"$W/in" rm -rf "$W/stick/none"
n=0
while [ $n -lt "$kills" ]; do
    n=$((n + 1))
    carry "$W/data" >"$W/carry.out" 2>/dev/null &
    asked=$!
    sleep "0.0$((n % 4))$((n * 7 % 10))"
    kill -9 "$(cat "$W/sync.pid")" 2>/dev/null
    wait "$(cat "$W/sync.pid")" 2>/dev/null
    wait "$asked" 2>/dev/null
    rm -f "$W/sync.pid"
    "$W/in" rm -f "$W/data/sync.sock"
    follow "$W/data" || bad "huimin-sync after its death"
done
got=$(carry "$W/data")
case $got in "ok "*) good "huimin-sync killed $kills times while it writes" ;; *) bad "after kills: $got" ;; esac
stop sync
follow "$W/data2" && got=$(carry "$W/data2")
[ "$got" = "ok 5 0 0" ] && good "a second terminal on the same stick" || bad "a second terminal: $got"
stop sync

n=0
while [ $n -lt "$kills" ]; do
    n=$((n + 1))
    office carry "$W/stick" >"$W/carry.out" 2>&1 &
    reading=$!
    sleep "0.$((n * 3 % 10))$((n % 10))"
    kill -9 "$reading" 2>/dev/null
    wait "$reading" 2>/dev/null
done
until_true office carry "$W/stick" >"$W/carry.out" 2>&1 || bad "carry: $(cat "$W/carry.out")"
agree >"$W/agree" 2>&1 && office audit verify >"$W/audit.log" 2>&1 &&
    good "carry killed $kills times: each item is there once" || bad "carry: $(cat "$W/agree" "$W/audit.log")"
for d in data2 data; do
    follow "$W/$d" && carry "$W/$d" >"$W/carry.out"
    stop sync
done
if [ "$(boxes "$W/data" 'state <> 2 OR length(box) > 0')$(boxes "$W/data2" 'state <> 2 OR length(box) > 0')" = 00 ] &&
    [ "$("$W/in" find "$W/stick" -mindepth 1 | wc -l)" = 0 ]; then
    good "each terminal took its own answers, and the stick is empty again"
else
    bad "answers: $("$W/in" find "$W/stick" | head -5) $(cat "$W/carry.out")"
fi

# A disk without a byte left: what was begun is saved by the reserve.
follow "$W/data" # has its files open, as huimin has
"$W/in" dd if=/dev/zero of="$W/data/filler" bs=1k 2>"$W/dd.out"
put "$W/data" 1 20000
stop sync
if [ "$(boxes "$W/data" 'state < 2')" = 1 ] && ! "$W/in" test -e "$W/data/outbox.reserve"; then
    good "a disk without a byte left: what was begun is saved by the reserve"
else
    bad "the reserve: $(cat "$W/put.log")"
fi
"$W/in" rm "$W/data/filler"

# The disk gets short: the spool, old prices and old notices go, in this order; the outbox stays.
put "$W/data" 2 3000
"$W/in" cp "$B/share/seed.db" "$W/data/cache.db.short"
"$W/in" mv "$W/data/cache.db.short" "$W/data/cache.db"
"$W/in" sh -c "rm -f '$W/data'/cache.db-*; dd if=/dev/zero of='$W/data/spool/left.part' bs=64k count=8" 2>"$W/dd.out"
rows() { "$W/in" sqlite3 -readonly "$W/data/cache.db" "SELECT count(*) FROM $1"; }
free_kb() { "$W/in" df -k --output=avail "$W/data" | tail -n 1 | tr -d ' '; }
prices=$(rows price) notices=$(rows notice)
"$W/in" dd if=/dev/zero of="$W/data/filler" bs=1k count=$(($(free_kb) - 5600)) 2>>"$W/dd.out"
follow "$W/data"
until_true grep -q "space_thinned" "$W/sync.log"
stop sync
if [ "$(rows price)" -lt "$prices" ] && [ "$(rows notice)" = "$notices" ] &&
    [ "$(boxes "$W/data" 'state < 2 AND length(box) > 0')" = 3 ] && [ "$(free_kb)" -ge 6000 ]; then
    good "a short disk: old prices went first ($prices to $(rows price)), no notice, nothing handed in"
else
    bad "a short disk: $(rows price) of $prices, $(rows notice) of $notices, $(free_kb) KB; $(tail -n 2 "$W/sync.log")"
fi
"$W/in" dd if=/dev/zero of="$W/data/filler2" bs=1k count=$(($(free_kb) - 3000)) 2>>"$W/dd.out"
follow "$W/data"
until_true grep -q "ch=notice" "$W/sync.log"
stop sync
[ "$(rows notice)" -lt "$notices" ] && [ "$(boxes "$W/data" 'state < 2')" = 3 ] &&
    good "shorter still: old notices too ($notices to $(rows notice)), nothing handed in" ||
    bad "shorter still: $(rows notice) of $notices; $(tail -n 2 "$W/sync.log")"
