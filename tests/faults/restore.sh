# The platform's disk is lost: backed up while items came in, restored into a new place, and served
# to a terminal that has seen more than the backup knows.
new_work "$B/faults-restore"
mkdir -p "$W/office"
: >"$W/saved"
db=$W/p.db feed=$W/feed

office() { "$B/huimin-platform" "$@" --db "$db" --keys "$W/keys" --feed "$feed"; }
serve() {
    start platform "$B/huimin-platform" serve --listen "127.0.0.1:$port" --db "$db" --keys "$W/keys" --feed "$feed"
    wait_until platform listening "$port"
}
put() { "$B/putitem" "$W/sync.conf" "$W/data" "$@" >>"$W/saved" 2>"$W/put.log"; }
outbox() { sqlite3 -readonly "$W/data/outbox.db" ".timeout 3000" "SELECT count(*) FROM item WHERE $1"; }
nothing_waits() { [ "$(outbox 'state < 2')" = 0 ]; }
receipts() { office case list --json | grep -oE '[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}' | sort; }
metric() { curl -s --max-time 5 "http://127.0.0.1:$port/metrics" | sed -n "s/^huimin_$1 //p"; }
# Something new in the feed.
news() {
    printf 'id,name,name_en,sort\nmeat,%s,Meat,1\n' "$1" >"$W/office/categories.csv"
    office publish "$W/office" --renew >>"$W/publish.log" 2>&1
}
# As the terminal's own copy of the feed says.
epoch() { sqlite3 -readonly "$W/data/cache.db" ".timeout 3000" "SELECT epoch FROM channel WHERE name = 'price'"; }
went_on() { [ "$(epoch)" != "$old_epoch" ] && [ -n "$(epoch)" ]; }

free_port
printf 'feed.root = %s/keys/root.pub\nnet.deadline_s = 4\nnet.object_deadline_s = 6\n' "$W" >"$W/sync.conf"
if news 肉 && serve; then
    start sync "$B/huimin-sync" --config "$W/sync.conf" --data "$W/data" --platform "http://127.0.0.1:$port" --poll-s 1
    until_true grep -q sync_ok "$W/sync.log" && put 10 # the first item makes the terminal's item key
    office terminal add hall-1 "$W/data/terminal.pub" >"$W/add.log" 2>&1 || bad "restore: $(cat "$W/add.log")"
    until_true nothing_waits || bad "restore: the first items arrive"
    # The backup and ten more at once.
    put 10 &
    putting=$!
    office backup "$W/b.db" >"$W/backup.out" 2>&1 || bad "restore: $(cat "$W/backup.out")"
    wait "$putting"
    put 3
    until_true nothing_waits && news 肉蛋 && news 肉蛋禽
    receipts >"$W/lost"
    [ "$(metric 'cases{state="received"}')" = 23 ] && [ "$(stat -c %a "$W/b.db")" = 600 ] &&
        good "restore: a backup while items come in" || bad "restore: a backup while items come in"
    until_true test -s "$W/data/cache.db"
    sleep 1.2
    old_epoch=$(epoch)
    kill -9 "$(cat "$W/platform.pid")"
    stop platform
    rm -rf "$feed" "$db" "$db-wal" "$db-shm"
    mkdir "$W/new"
    put 2 # it has nobody to give them to

    db=$W/new/p.db feed=$W/new/feed
    office restore "$W/b.db" >"$W/restore.out" 2>&1 && ! office restore "$W/b.db" >"$W/again.out" 2>&1 &&
        office audit verify >"$W/audit.out" 2>&1 && receipts >"$W/back" &&
        good "restore: into a new place, once" || bad "restore: $(cat "$W/restore.out" "$W/audit.out")"
    news 肉禽 && serve || bad "restore: it serves"
    put 1
    until_true nothing_waits && until_true went_on || bad "restore: the terminal goes on: $(tail -n 2 "$W/sync.log")"
    receipts >"$W/now"
    tail -n 3 "$W/saved" | sort >"$W/later"
    if sort "$W/back" "$W/later" | cmp -s - "$W/now" && [ -z "$(comm -23 "$W/back" "$W/lost")" ] &&
        [ -z "$(uniq -d "$W/now")" ] && [ "$(wc -l <"$W/back")" -ge 10 ]; then
        good "restore: what the backup had and what comes after it, each once"
    else
        bad "restore: $(wc -l <"$W/back") in the backup, $(wc -l <"$W/now") now"
    fi
    if grep -qE 'err=(rollback|sequence_gap|bad_hash|bad_format)' "$W/sync.log"; then
        bad "restore: $(grep -E 'err=(rollback|sequence_gap|bad_hash|bad_format)' "$W/sync.log" | head -n 1)"
    else
        good "restore: the terminal follows the new feed without a fault"
    fi
    # By their numbers: what a gap names and did not come late.
    missing=$(comm -13 "$W/back" "$W/lost" | wc -l)
    holes=$(sqlite3 -readonly "$db" "SELECT max(n) - count(*) FROM inbox")
    if [ "$missing" -ge 3 ] && [ "$holes" = "$missing" ] &&
        sqlite3 -readonly "$db" "SELECT what FROM audit" | grep -q "^gap $(($(wc -l <"$W/back") + 1)) "; then
        good "restore: the audit tells of the $missing that are lost"
    else
        bad "restore: $missing are lost, $holes numbers never came"
    fi
else
    bad "restore: a platform"
fi
