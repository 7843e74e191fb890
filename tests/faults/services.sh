# Services picked at random, filled in to the end and handed in: each is one case, with what was typed.
new_work "$B/faults-services"
W=$(cd "$W" && pwd)
hand_ins=${HAND_INS:-4}
number=${HAND_IN_SEED:-$(date +%s)}
if start_platform && start_sync && start_huimin $PORTRAIT --reader sim && register_terminal; then
    "$B/huimin-seed-gen" --out "$W/input" --today "$TODAY"
    if python3 tests/faults/services.py "$W/control" "$W/input/services.jsonl" "$hand_ins" "$number" \
        "$W/handed" >"$W/services.out" 2>&1; then
        cat "$W/services.out"
        good "services: $hand_ins at random, filled in and handed in (HAND_IN_SEED=$number)"
    else
        cat "$W/services.out"
        bad "services: $hand_ins at random (HAND_IN_SEED=$number)"
    fi
    tests/tours/bin/wait-delivered || bad "services: everything is delivered"
    if python3 tests/faults/services_there.py "$W/handed"; then
        good "services: each is one case, and says what was typed"
    else
        bad "services: each is one case, and says what was typed (HAND_IN_SEED=$number)"
    fi
else
    bad "services: the programs start"
fi
