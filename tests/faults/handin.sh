# huimin killed at random moments of handing in: what it had called saved is one case, nothing twice.
new_work "$B/faults-handin"
W=$(cd "$W" && pwd)
rounds=$(((${KILLS:-50} + 4) / 5))
[ "${KILLS:-50}" -lt 500 ] || rounds=200
mkdir -p "$W/data"
if start_platform && start_sync && start_huimin $PORTRAIT && register_terminal; then
    stop huimin
    rm -f "$W/control"
    if python3 tests/faults/handin.py "$B" "$W/data" "$CLOCK" "$rounds" "$W/seen" >"$W/handin.out" 2>&1; then
        cat "$W/handin.out"
        good "hand-in: $rounds kills, back each time"
    else
        cat "$W/handin.out"
        bad "hand-in: $rounds kills"
    fi
    start_huimin $PORTRAIT
    play <<END
sync
END
    tests/tours/bin/wait-delivered || bad "hand-in: everything is delivered"
    tests/tours/bin/platform case list | grep -oE '[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}' | sort >"$W/cases"
    sqlite3 "$W/data/outbox.db" "SELECT receipt FROM item ORDER BY receipt" | sort >"$W/kept"
    sort -u "$W/seen" >"$W/saved"
    echo "hand-in: $(wc -l <"$W/saved") seen as saved, $(wc -l <"$W/cases") cases of $rounds"
    if [ -z "$(comm -23 "$W/saved" "$W/cases")" ]; then
        good "hand-in: what was called saved is there"
    else
        bad "hand-in: saved, but not there"
    fi
    if cmp -s "$W/cases" "$W/kept" && [ -z "$(uniq -d "$W/cases")" ] &&
        [ "$(wc -l <"$W/cases")" -le "$rounds" ]; then
        good "hand-in: each once, and nothing else"
    else
        bad "hand-in: each once"
    fi
else
    bad "hand-in: the programs start"
fi
