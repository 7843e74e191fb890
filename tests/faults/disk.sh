# The data directory is full or cannot be written: a tmpfs in a mount namespace of the test's own.
new_work "$B/faults-disk"
mkdir -p "$W/data"
own_mounts "mount -t tmpfs -o size=24m,mode=2770 tmpfs '$W/data'" || {
    echo "skipped: disk: nobody may mount here"
    return 0
}
IN=$W/in
start_badserver && start_faulty_sync || bad "the programs start"
# shellcheck disable=SC2086
start huimin $IN "$B/huimin" --data "$W/data" --clock "$CLOCK" --control "$W/control" $PORTRAIT
wait_until huimin test -S "$W/control" || bad "the terminal starts"
recovered || bad "a good platform is online"

# no watermark without its rows: the same price twice, full and with room again
"$IN" dd if=/dev/zero of="$W/data/filler" bs=64k >"$W/dd.out" 2>&1
publish
fault_disk() {
    play <<END && until_true said_once "$2" 1 && told "$2" && good "$1" || bad "$1"
sync
END
}
fault_disk "a full disk" disk_full
# Whoever has not begun yet is told before a form opens; what was begun has the reserve.
play <<END && good "on a full disk no form is opened, and it says why" || bad "a form on a full disk"
go services
tap services.search
text "laixin"
wait idle
tap services.row.xf-laixin
wait screen service
expect text "这台机器暂时不能收件"
expect no service.begin
key home
END
"$IN" rm "$W/data/filler"
recovered && play <<END && good "with room again the news is there" || bad "with room again"
go price 1
wait text "$(yuan)" 3000
key home
END

# Nothing may be open for writing when a disk is made read-only: both programs start on it.
# "bind": only the mount's own flag. Else mount repeats the options tmpfs shows, and its uid= is not
# known in an ordinary user's namespace: EINVAL.
publish
stop huimin
stop sync
"$IN" mount -o remount,bind,ro "$W/data" || bad "the data directory is made read-only"
start sync "$IN" "$B/huimin-sync" --config "$W/sync.conf" --data "$W/data" \
    --platform "http://127.0.0.1:$port" --poll-s 3600 --clock "$CLOCK"
sleep 1
if until_true said_once data_readonly 1 && [ "$(lines_of data_readonly)" = 1 ] && alive sync; then
    good "a data directory that cannot be written: one line, huimin-sync goes on"
else
    bad "a data directory that cannot be written"
fi
rm -f "$W/control"
# shellcheck disable=SC2086
start huimin $IN "$B/huimin" --data "$W/data" --clock "$CLOCK" --control "$W/control" $PORTRAIT
if wait_until huimin test -S "$W/control" && play <<END
go prices
wait text "鸡蛋" 3000
END
then good "a terminal starts from a directory it cannot write"; else bad "starts read-only"; fi
IN=
