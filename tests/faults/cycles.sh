# Cards of every kind go in and out of a real reader, asked by a platform whether they are genuine:
# none is missed, no name stays, nothing grows.
new_work "$B/faults-cycles"
W=$(cd "$W" && pwd)
cycles=${CYCLES:-50}
# The first feed may take a while; without a line nobody says whether a card is genuine.
online() {
    for _ in $(seq 60); do
        play <<END >/dev/null 2>&1 && return 0
expect stats sync.state online
END
        sleep 0.5
    done
    return 1
}
# shellcheck disable=SC2086
if { start_platform && start_sync && start_rig && start_huimin $PORTRAIT $READER &&
    register_terminal && online; } >"$W/start.out" 2>&1 &&
    python3 tests/faults/cycles.py "$W/control" "$W/card.sock" "$PWD/tests/cardsim/cards" "$cycles" \
        "$(cat "$W/huimin.pid")" >"$W/cycles.out" 2>&1
then
    good "cycles: $(head -n 1 "$W/cycles.out")"
    # A sanitizer keeps what was freed: there memory says nothing.
    if [ -z "${SAN:-}" ] || [ "$SAN" = none ]; then
        set -- $(sed -n 's/^figures //p' "$W/cycles.out")
        if [ $(($2 - $1)) -lt $(($1 / 100)) ]; then
            good "cycles: memory grows by less than one percent"
        else
            bad "cycles: memory grows from $1 to $2 kB"
        fi
    fi
else
    tail -n 5 "$W/start.out" "$W/cycles.out"
    bad "cycles: $cycles cards in and out"
fi
