# cache.db is damaged while the terminal runs.
new_work "$B/faults-files"
start_badserver && start_faulty_sync || bad "the programs start"
# shellcheck disable=SC2086
start_huimin $PORTRAIT || bad "the terminal starts"
recovered || bad "a good platform is online"
# Rubbish over every page but the first, as a dying flash would: the file keeps its size.
size=$(stat -c %s "$W/data/cache.db")
dd if=/dev/urandom of="$W/data/cache.db" bs=4096 seek=1 count=$((size / 4096 - 1)) conv=notrunc \
    2>"$W/dd.out"
if play <<END && until_true test -e "$W/data/cache.db.bad" && play <<END2 && recovered && play <<END3
go notices
go prices
wait text "鸡蛋" 3000
END
wait idle
wait text "鸡蛋" 5000
END2
go prices
wait text "鸡蛋" 3000
END3
then
    good "a cache damaged while the terminal runs is fetched again"
else
    tail -n 5 "$W"/huimin.log "$W"/sync.log
    bad "a cache damaged while the terminal runs"
fi
if [ "$(grep -c cache_damaged "$W/huimin.log")" = 1 ] &&
    [ "$(grep -c cache_moved_aside "$W/sync.log")" = 1 ]; then
    good "a damaged cache is one line in each log"
else
    bad "a damaged cache is one line in each log"
fi
stop_all
# The terminal alone, its cache damaged before: the seed is shown.
stop sync
printf 'not a database, not at all' >"$W/data/cache.db"
rm -f "$W/data/cache.db-wal" "$W/data/cache.db-shm"
# shellcheck disable=SC2086
if start_huimin $PORTRAIT && play <<END
go prices
wait text "鸡蛋" 3000
END
then good "a damaged cache without huimin-sync: the seed is shown"; else bad "the seed is shown"; fi
