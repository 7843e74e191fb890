# Cards change at random moments while personal questions and answers are on a slow line: no card ever
# sees what belongs to another, and no file and no log of the terminal has any of it.
new_work "$B/faults-swap"
rounds=${SWAPS:-50}
if { start_platform && start_line && start_sync && start_huimin $PORTRAIT --reader sim && register_terminal &&
    play <<END
sync
expect stats sync.state online
END
} >"$W/start.out" 2>&1 && python3 tests/faults/swap.py "$W/control" "$W/line.sock" "$rounds" >"$W/swap.out" 2>&1; then
    good "$(cat "$W/swap.out")"
else
    tail -n 5 "$W/start.out" "$W/swap.out"
    bad "$rounds card swaps"
fi
# the pension of one of them, the balance of another, a name: in no byte of what the terminal keeps
stop huimin
if grep -rlaE '250\.21|46,910\.78|4691078|张桂兰|420506194503053721' "$W/data" "$W/huimin.log" "$W/sync.log"; then
    bad "personal answers are in a file"
else
    good "personal answers are in no file and no log"
fi
