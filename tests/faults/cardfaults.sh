# Every fault of a card, while it is read, proves itself, and its PIN is tried: told in time, the screen
# never freezes, nothing personal stays, the next card is read. In make test one place of each fault.
new_work "$B/faults-cardfaults"
W=$(cd "$W" && pwd)
seed=all
[ "${KILLS:-50}" -ge 500 ] || seed=${CARD_SEED:-$$}
# With a sanitizer the program is several times slower: the gap is judged twice as generously.
case ${SAN:-none} in none) gap_ms=50 ;; *) gap_ms=100 ;; esac
# shellcheck disable=SC2086
if { start_platform && start_sync && start_rig && start_huimin $PORTRAIT $READER && register_terminal &&
    play <<END
sync
expect stats sync.state online
END
} >"$W/start.out" 2>&1; then
    timeout -k 5 900 python3 tests/faults/cardfaults.py "$W/control" "$W/card.sock" "$PWD/tests/cardsim/cards" "$W" \
        "$seed" "$gap_ms" "$(cat "$W/huimin.pid")" >"$W/cardfaults.out" 2>&1 || echo "ended with $?" >>"$W/cardfaults.out"
else
    cat "$W/start.out" >"$W/cardfaults.out"
    echo "not started" >>"$W/cardfaults.out"
fi
set -- $(sed -n 's/^figures //p' "$W/cardfaults.out") none
if [ "$1" != none ] && [ "$2" = 0 ]; then
    good "cardfaults: $1 faults of a card (seed $seed), told within $3 s, UI gap at most $4 ms of $gap_ms"
else
    cat "$W/cardfaults.out"
    bad "cardfaults: seed $seed"
fi
if grep -lE '张桂兰|武阳|熊大庆|贾守真|杜长河|420506194503053721|420506198806061217|420506196302144159|A42050607|C05060034|A42050623|8472610593|2468135' \
    "$W"/*.log; then
    bad "cardfaults: a name, a number or a PIN is in a log"
else
    good "cardfaults: no name, no number and no PIN is in a log"
fi
stop_rig
