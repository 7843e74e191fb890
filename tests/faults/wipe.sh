# Proof of wipe: after a visit nothing of the citizen is left in huimin's memory or in any file,
# however it might be written. A release-flag build; a citizen nobody has seen before.
P=build/plain
make --no-print-directory SAN=none B=$P SEED_TODAY="$(cat "$B/seed.day")" all >"$B/wipe-build.log" 2>&1 || {
    tail -n 5 "$B/wipe-build.log"
    bad "wipe: the release build"
    return 0
}
(
    B=$P
    . tests/lib.sh
    new_work "$B/faults-wipe"
    trap 'stop_all; stop_rig' EXIT
    python3 tests/faults/citizen.py "$W/citizen.card" "$W/needles"
    phone=$(sed -n 's/^phone //p' "$W/needles")
    letter=$(sed -n 's/^letter //p' "$W/needles")
    printf 'printer = file:%s/paper\n' "$(cd "$W" && pwd)" >"$W/terminal.conf"
    # A picture of a paper is as personal as a name.
    tests/tours/bin/doccam ok
    printf 'doccam = folder:%s/papers\n' "$(cd "$W" && pwd)" >>"$W/terminal.conf"
    "$B/papers" needles "$W/papers/1.jpg" >>"$W/needles"
    "$B/papers" needles "$W/papers/2.jpg" >>"$W/needles"
    # A process that forbids dumps is read by who has the right to trace in its user namespace.
    own= into=
    [ "$(id -u)" = 0 ] || own="unshare -r"
    start_platform && start_sync && start_rig || exit 1
    # shellcheck disable=SC2086
    start huimin $own "$B/huimin" --data "$W/data" --clock "$CLOCK" --control "$W/control" \
        $PORTRAIT $READER --config "$W/terminal.conf"
    wait_until huimin test -S "$W/control" && register_terminal || exit 1
    [ "$(id -u)" = 0 ] || into="nsenter -U --preserve-credentials -t $(cat "$W/huimin.pid")"

    # scan NAME WANTED: 0 = nothing may be found, 1 = it must be found
    scan() {
        # shellcheck disable=SC2086
        $into "$B/memscan" "$(cat "$W/huimin.pid")" "$W/needles" "$W/data" "$W/huimin.log" \
            "$W/sync.log" "$W/platform.log" /dev/shm >"$W/scan.out" 2>&1
        found=$?
        if [ "$found" = "$2" ]; then good "$1"; else tail -n 12 "$W/scan.out"; bad "$1"; fi
    }
    card_in() { "$B/huimin-cardsim" --tell "$W/card.sock" in "$W/citizen.card" >"$W/tell.out"; }
    card_out() { "$B/huimin-cardsim" --tell "$W/card.sock" out >"$W/tell.out"; }
    fill() {
        play <<END || exit 1
wait screen citizen
tap citizen.services
tap services.search
text "laixin"
wait idle
tap services.row.xf-laixin
tap service.begin
wait screen form
text "$phone"
tap form.next
tap form.opt.0
tap form.next
tap form.opt.0
tap form.next
wait idle
tap kb.w
tap kb.o
tap kb.cand.0
text "$letter"
END
    }
    card_in
    fill
    scan "wipe: what is on purpose in memory is found" 1
    card_out
    play <<END || exit 1
wait text "放回来" 3000
clock set +21
wait screen home
END
    sleep 2
    scan "wipe: an unsent form, its card not put back" 0
    card_in
    fill
    play <<END || exit 1
tap form.next
wait screen review
tap review.show
tap review.truth
tap review.consent
tap review.hand_in
wait screen receipt 5000
tap receipt.print
wait text "打好了" 5000
sync
END
    card_out
    play <<END || exit 1
wait screen home 3000
clock set +5
END
    sleep 2
    scan "wipe: handed in, printed, delivered" 0
    # A paper is looked at, one is kept, and the card is taken out.
    photograph() {
        play <<END || exit 1
wait screen citizen
go services
tap services.search
text "gongji"
wait idle
tap services.row.yb-gongji
tap service.begin
wait screen form
text "$phone"
tap form.next
text "甄试样"
tap form.next
text "420506196503071232"
tap form.next
tap form.opt.0
tap form.next
wait screen papers
tap papers.take
wait text "字看得清吗" 5000
clock set +1
tap papers.use
wait text "第1页，拍好了" 3000
tap papers.take
wait text "字看得清吗" 5000
END
    }
    card_in
    photograph
    scan "wipe: a picture that is being looked at is found" 1
    grep -q "found still as bytes" "$W/scan.out" && grep -q "found pixels" "$W/scan.out" ||
        { head -n 5 "$W/scan.out"; bad "wipe: the still and its pixels are what is looked for"; }
    card_out
    play <<END || exit 1
wait text "放回来" 3000
END
    sleep 1
    scan_pictures() {
        grep -E "^(source|still|pixels) " "$W/needles" >"$W/pictures"
        # shellcheck disable=SC2086
        $into "$B/memscan" "$(cat "$W/huimin.pid")" "$W/pictures" "$W/data" >"$W/scan.out" 2>&1
    }
    scan_pictures && good "wipe: no picture while the card is out" || {
        head -n 5 "$W/scan.out"
        bad "wipe: a picture while the card is out"
    }
    play <<END || exit 1
clock set +21
wait screen home
END
    sleep 2
    scan "wipe: papers, photographed and not handed in" 0
    echo "$passed $failed" >"$W/sum"
) || true
read -r p f <"$P/faults-wipe/sum" 2>/dev/null || { p=$passed f=$((failed + 1)); echo "FAIL wipe: ended early"; }
passed=$p
failed=$f
rm -f "$P/faults-wipe/sum"
