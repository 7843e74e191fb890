# What fault scripts share: a terminal, a huimin-sync and a platform that misbehaves on demand.
# Sourced after tests/lib.sh; W is the work directory, its platform's folder W/www/feed.
passed=0
failed=0
good() {
    echo "ok $1"
    passed=$((passed + 1))
}
bad() {
    echo "FAIL $1"
    failed=$((failed + 1))
}

# sentence LANG NAME: what a citizen is told of an error; the locale files are the truth.
sentence() {
    awk -v key="msgid \"err.$2\"" '$0 == key { getline; sub(/^msgstr "/, ""); sub(/"$/, ""); print }' \
        "locale/$1.po"
}

mode() { echo "$1" >"$W/mode"; }
lines_of() { grep -c "err=$1 " "$W/sync.log" || true; }
play() {
    cat >"$W/now.tour"
    "$B/play" --control "$W/control" "$W/now.tour" >"$W/play.out" 2>&1 || {
        cat "$W/play.out"
        return 1
    }
}
# Up to 10 s.
until_true() {
    for _ in $(seq 200); do
        "$@" && return 0
        sleep 0.05
    done
    return 1
}
said_once() { [ "$(lines_of "$1")" -ge "$2" ]; }

start_badserver() {
    mkdir -p "$W/www"
    cp -r "$B/feed" "$W/www/feed"
    cp "$B"/platform.db* "$W/"
    mode good
    free_port
    start badserver "$B/badserver" "$port" "$W/www" "$W/mode"
    wait_until badserver listening "$port"
    printf 'net.deadline_s = 2\nnet.object_deadline_s = 6\nnet.low_speed_s = 1\n' >"$W/sync.conf"
}
start_faulty_sync() {
    # shellcheck disable=SC2086
    start sync $IN "$B/huimin-sync" --config "$W/sync.conf" --data "$W/data" \
        --platform "http://127.0.0.1:$port" --poll-s 3600 --clock "$CLOCK"
    wait_until sync ${IN:+"$IN"} test -S "$W/data/sync.sock"
}

# own_mounts COMMANDS: they mount what they like where nobody else sees it; then $W/in COMMAND… runs
# there. False: nobody may mount here.
own_mounts() {
    user=
    [ "$(id -u)" = 0 ] || user=-r
    start holder unshare -m $user sh -c "$1 && : >'$W/mounted' && exec sleep 300"
    for _ in $(seq 40); do [ ! -e "$W/mounted" ] || break; sleep 0.05; done
    [ -e "$W/mounted" ] || return 1
    cat >"$W/in" <<END
#!/bin/sh
exec nsenter ${user:+-U --preserve-credentials} -m -t $(cat "$W/holder.pid") \\
    sh -c 'cd "\$0" && exec "\$@"' "$PWD" "\$@"
END
    chmod +x "$W/in"
}

price=711
yuan() { printf '%d.%02d\n' $((price / 100)) $((price % 100)); }
# One new price, published well.
publish() {
    price=$((price + 1))
    mkdir -p "$W/office"
    {
        echo "day,place,good,yuan,taken,source,source_en"
        echo "$TODAY,6,1,$(yuan),09:35,夷陵区发改局采价,Yiling price office"
    } >"$W/office/prices.csv"
    "$B/huimin-platform" publish "$W/office" --db "$W/platform.db" --keys "$B/keys" \
        --feed "$W/www/feed" --clock "$CLOCK" >"$W/publish.log" 2>&1
}

# The help page says it in both languages and the page of prices still works.
told() {
    play <<END
expect stats sync.state offline
go help
look zh_CN normal
wait text "$(sentence zh_CN "$1")" 3000
look en normal
wait text "$(sentence en "$1")" 3000
look zh_CN normal
go prices
wait text "鸡蛋" 3000
key home
END
}
recovered() {
    mode good
    for _ in 1 2 3 4 5; do
        play >/dev/null <<END || sleep 0.5
sync
END
        ! online || return 0
    done
    return 1
}
online() {
    play >/dev/null 2>&1 <<END
expect stats sync.state online
END
}

# fault NAME ERR MODE: told in both languages, one line in the log, nothing lost, then well again.
fault() {
    before=$(lines_of "$2")
    mode "$3"
    play <<END && until_true said_once "$2" $((before + 1)) && told "$2" || { bad "$1"; recovered; return; }
sync
END
    if [ "$(lines_of "$2")" != $((before + 1)) ]; then
        bad "$1: $(lines_of "$2") lines in the log"
    elif recovered; then
        good "$1"
    else
        bad "$1: not well again"
    fi
}
