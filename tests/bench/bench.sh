#!/bin/sh
# Measures the terminal on a 1080x1920 panel: lines `name value unit`, best of three, load printed.
set -eu
cd "$(dirname "$0")/../.."
B=${1:-build}
. tests/bench/lib.sh
export LC_ALL=C.UTF-8
measure() { python3 tests/bench/measure.py "$B" "$1"; }
# three NAME UNIT LIMIT WHAT: best of three.
three() { figure "$1" "$(best_of 3 measure "$4")" "$2" "$3"; }

load
three start_to_home ms 120 start
three full_redraw_p99 ms 8 full_redraw
three scroll_frame_p99 ms 3 scroll
three tap_p90 ms 3 tap
three tap_x11_p90 ms 6 tap_x11
three lists_open_max ms 30 lists_open
three lists_scroll_p99 ms 4 lists_scroll
three card_read_over_apdu_ms ms 40 card_read
three huimin_pss MB 45 memory
three sync_pss MB 15 sync_memory
three delta_456_prices_shown ms 50 delta
three bulk_832200_prices s 1.2 bulk
figure bulk_extra_memory "$(measure bulk_memory)" MB 16
# 20,000 notices over HTTP, and the same rows as one gzip'ed file into the same tables.
feed() { python3 tests/bench/feed.py "$B" "$1"; }
first=$(best_of 3 feed initial)
floor=$(best_of 3 feed floor)
figure feed_initial_20000_notices "$first" s
figure feed_search_ready "$(best_of 3 feed search)" s
figure floor_gzip_and_sqlite "$floor" s
figure floor_without_search_index "$(best_of 3 feed bare)" s
figure feed_initial_over_floor "$(awk "BEGIN { printf \"%.2f\", $first / $floor }")" times 2
figure feed_no_change "$(best_of 3 feed no_change)" ms 1
figure outbox_put_p99 "$(best_of 3 tests/bench/outbox_put "$B")" ms 50
figure idle_cpu "$(measure idle)" percent 0.1
# The same on every machine, unlike milliseconds.
figure start_instructions "$(start_instructions)" instructions
figure full_redraw_instructions "$(redraw_instructions)" instructions
tests/bench/camera "$B"
# The worst of healthy terminals while everything of tests/faults/attack.py comes in.
attack_p99() {
    tests/faults/run-quick "$B" attack >"$B/attack.out" 2>&1 || cat "$B/attack.out" >&2
    awk '/_p99 / { if ($2 > m) m = $2 } END { print m }' "$B/faults-attack/healthy"
}
figure attacked_healthy_p99 "$(attack_p99)" ms 200
# Ten thousand terminals, each every 30 s: ten times as dense as the 300 s of a real fleet. Then all back within 1 s.
fleet_run() { tests/bench/fleet/run "$B" "$@" || over=$((over + 1)); }
fleet_run post 32 --items 6 --posts 400 --seconds 5
FLEET_DB=postgres fleet_run post 32 --items 8 --posts 600 --seconds 5
fleet_run poll 10000 --period 30 --seconds 60 --bring 20 --spoil 5
fleet_run back 10000
bad_line() { rm -rf "$B/bench-badline" && mkdir "$B/bench-badline" && python3 tests/bench/badline.py "$B" "$B/bench-badline" bench; }
bad_line || over=$((over + 1))
load
[ "$over" = 0 ] || echo "$over figures over their limit" >&2
