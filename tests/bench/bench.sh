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
load
[ "$over" = 0 ] || echo "$over figures over their limit" >&2
