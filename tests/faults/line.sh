# The platform misbehaves, or somebody between it and us.
start_badserver && start_faulty_sync || bad "the programs start"
# shellcheck disable=SC2086
start_huimin $PORTRAIT || bad "the terminal starts"
recovered || bad "a good platform is online"
feed=$W/www/feed/420506

# What is not newer is not asked for again: each of these needs news.
publish || bad "publish"
fault "a platform that answers 500" server_error 500
fault "a web page instead of the feed" not_a_feed html
publish
fault "half a body" cut_off half
fault "no answer at all" timeout nothing
fault "one byte a second" too_slow drip
fault "an index with a bad signature" bad_signature flip
fault "an index that is too large" too_big big

cp "$feed/index" "$W/index.old"
publish
recovered
cp "$feed/index" "$W/index.new"
cp "$W/index.old" "$feed/index"
# recovered() must find the new one again
older() {
    before=$(lines_of rollback)
    play <<END && until_true said_once rollback $((before + 1)) && told rollback || { bad "$1"; return; }
sync
END
    cp "$W/index.new" "$feed/index"
    recovered && good "$1" || bad "$1: not well again"
}
older "an index with a lower number"

# What was seen counts, good or bad: only a higher number mends it.
renew() {
    "$B/huimin-platform" publish "$W/office" --renew --db "$W/platform.db" --keys "$B/keys" \
        --feed "$W/www/feed" --clock "$1" >"$W/publish.log" 2>&1
}

# with_index NAME ERR: the index lies there already; afterwards a good one of a higher number.
with_index() {
    before=$(lines_of "$2")
    play <<END && until_true said_once "$2" $((before + 1)) && told "$2" || { bad "$1"; return; }
sync
END
    if [ "$(lines_of "$2")" = $((before + 1)) ]; then good "$1"; else bad "$1: lines in the log"; fi
    renew "$CLOCK"
    recovered || bad "$1: not well again"
}
for kind in type:wrong_type bomb:bomb; do
    "$B/badfeed" "${kind%%:*}" "$B/keys" "$W/www/feed" 420506 || bad "badfeed $kind"
    with_index "a segment: ${kind%%:*}" "${kind##*:}"
done

renew 2026-01-02T03:04:05+08:00
with_index "an index that has expired" expired

publish
fault "a segment with a wrong hash" bad_hash o-flip
publish
fault "an index without end" too_big endless
publish
fault "a segment without end" too_big o-endless
publish
fault "a segment of one byte a second" too_slow o-drip
publish
recovered && play <<END && good "after all of it the newest price is there" || bad "the newest price"
go price 1
wait text "$(yuan)" 3000
END

# The same index for ever: signed, of the right number, and older every day.
frozen() {
    before=$(lines_of expired)
    play <<END && until_true said_once expired $((before + 1)) && told expired || { bad "$1"; return; }
clock set +2764800
sync
END
    play <<END || { bad "$1: its age is not on the screen"; return; }
go home
wait text "11月23日" 3000
END
    renew "$(date -d "$CLOCK + 2764800 seconds" +%Y-%m-%dT%H:%M:%S%:z)"
    recovered && good "$1" || bad "$1: not well again"
}
frozen "a feed that is frozen is told when its time is over, with its age"
