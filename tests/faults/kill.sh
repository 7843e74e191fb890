# huimin-sync is killed at random moments while the platform publishes: the watermark and the rows
# must always be of one publication. Each one sets every price of the last five days to k fen, so one
# row too many or too few is another number. KILLS: how often.
new_work "$B/faults-kill"
kills=${KILLS:-50}
day=$(($(date -ud "$TODAY" +%s) / 86400))
goods=57 places=8 days=5
mkdir -p "$W/office"
awk -v day="$day" -v goods=$goods -v places=$places -v days=$days 'BEGIN {
    print "day,place,good,yuan,taken,source,source_en"
    for (d = day - days + 1; d <= day; d++)
        for (p = 1; p <= places; p++)
            for (g = 1; g <= goods; g++)
                printf "%d,%d,%d,@,09:35,夷陵区发改局采价,Yiling price office\n", d, p, g
}' >"$W/prices.csv"

# The index says which number of the channel belongs to k.
publish_all() {
    price=$((price + 1))
    sed "s/@/$(yuan)/" "$W/prices.csv" >"$W/office/prices.csv"
    "$B/huimin-platform" publish "$W/office" --db "$W/platform.db" --keys "$B/keys" \
        --feed "$W/feed" --clock "$CLOCK" >"$W/publish.log" 2>&1 || return 1
    newest=$(sed -n 's/.*"price":{"epoch":"\([^"]*\)","schema":1,"head":\([0-9]*\),.*/\1 \2/p' \
        "$W/feed/420506/index")
    echo "$newest $price" >>"$W/history"
}
between() { od -An -N4 -tu4 /dev/urandom | awk -v n="$1" '{ printf "%.3f", ($1 % n) / 1000 }'; }
follow() {
    start sync "$B/huimin-sync" --data "$W/data" --platform "http://127.0.0.1:$port" --poll-s 1 \
        --clock "$CLOCK"
}
# Half of them at any moment of a start, half when an object has come and is being put in.
kill_somewhere() {
    if [ $(($1 % 2)) = 0 ]; then
        sleep "$(between 300)"
    else
        for _ in $(seq 400); do
            set -- "$W"/data/spool/*.part
            [ ! -s "$1" ] || break
            sleep 0.001
        done
        sleep "$(between 60)"
    fi
    kill -9 "$(cat "$W/sync.pid")"
    wait "$(cat "$W/sync.pid")" 2>/dev/null
    rm "$W/sync.pid"
}
# A copy is asked: putting right what a kill left behind is for huimin-sync, not for the test.
seen=
look_at_cache() {
    rm -f "$W"/copy.db*
    [ -e "$W/data/cache.db" ] || return 0 # killed before it was there
    cp "$W/data/cache.db" "$W/copy.db"
    [ ! -e "$W/data/cache.db-wal" ] || cp "$W/data/cache.db-wal" "$W/copy.db-wal"
    seen=$(sqlite3 -separator ' ' "$W/copy.db" "SELECT epoch, seq FROM channel WHERE name='price';
        SELECT min(fen), max(fen), count(fen), count(*) FROM price WHERE day > $day - $days;
        SELECT min(fen), max(fen), count(fen) FROM latest;
        SELECT count(*) FROM price" 2>&1 | tr '\n' ' ')
    # shellcheck disable=SC2086
    set -- $seen
    rows=$((days * goods * places))
    [ $# = 10 ] && grep -qx "$1 $2 $3" "$W/history" && [ "$3" = "$4" ] && [ "$5 $6" = "$rows $rows" ] &&
        [ "$7 $8 $9" = "$3 $3 $((goods * places))" ] && [ "${10}" = "${total:=${10}}" ] || return 1
    mark="$1 $2"
}
sound() { [ "$(sqlite3 "$W/copy.db" 'PRAGMA integrity_check' 2>&1)" = ok ]; }
# Whole in the spool and not in the cache: that kill came while it was checked or put in.
count_kill() {
    if [ "$mark" != "$mark_before" ]; then
        after=$((after + 1))
    fi
    for part in "$W"/data/spool/*.part; do
        object=$W/feed/o/$(basename "$part" .part)
        if [ "$mark" != "$newest" ] && cmp -s "$part" "$object"; then
            during=$((during + 1))
        fi
    done
}
broken() {
    bad "$1 after kill $n: $seen; $(tail -n 1 "$W/sync.log")"
    cp "$W"/copy.db* "$W/history" "$W/sync.log" "$B/" 2>/dev/null
}
during=0 after=0 n=0 total='' mark=''
kill_often() {
    # Where a kill falls is chance: a slow machine goes on until enough of them met something.
    while [ $n -lt "$kills" ] || { [ $((during * 20)) -lt "$kills" ] && [ $n -lt $((3 * kills)) ]; }; do
        n=$((n + 1))
        if [ "$mark" = "$newest" ] || [ $((n % 4)) = 0 ]; then
            publish_all || { bad "publish"; return 1; }
        fi
        # shellcheck disable=SC2086
        [ $n != $((kills / 2)) ] || start_huimin $PORTRAIT # from here on somebody reads
        mark_before=$mark
        follow
        kill_somewhere $n
        look_at_cache || { broken "watermark and rows"; return 1; }
        [ $((n % 10)) != 0 ] || sound || { broken "integrity"; return 1; }
        ! grep -q cache_moved_aside "$W/sync.log" || { broken "a cache moved aside"; return 1; }
        count_kill
    done
}

if start_platform && publish_all && follow && until_true grep -qs "applied ch=price" "$W/sync.log" &&
    stop sync && look_at_cache && [ "$mark" = "$newest" ]; then
    # shellcheck disable=SC2086
    if kill_often && sound; then
        good "killed $n times: watermark and rows agree ($during in mid-apply, $after after one)"
    fi
    if [ $((during * 20)) -lt "$kills" ] || [ "$after" = 0 ]; then
        bad "kills that meet something: $during in mid-apply, $after after one"
    fi
    publish_all
    rm -f "$W/data/sync.sock"
    if follow && wait_until sync test -S "$W/data/sync.sock" && until_true online && play <<END
go price 1
wait text "$(yuan)" 5000
END
    then stop sync; fi
    if look_at_cache && [ "$mark" = "$newest" ] && sound; then
        good "afterwards the newest price is there and shown"
    else
        bad "afterwards: $seen, and not $newest"
    fi
else
    bad "a platform and a first price: $seen"
fi
