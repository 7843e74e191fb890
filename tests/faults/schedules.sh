# Real programs killed at random while items, prices and decisions go to and fro; SCHEDULES: how many.
new_work "$B/faults-schedules"
python3 tests/faults/schedules.py "$B" "$W" "${SCHEDULES:-20}" "${SCHEDULE_SEED:-1}" >"$W.out" 2>&1
grep -v ' passed, ' "$W.out"
sum=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$W.out" | tail -n 1)
if [ "$sum" = "${SCHEDULES:-20} passed, 0 failed" ]; then
    good "schedules: ${SCHEDULES:-20} with real programs, each item once"
else
    bad "schedules: ${sum:-ended early}: $(tail -n 1 "$W.out")"
fi
