#!/bin/sh
# Measures the terminal on a 1080x1920 panel: lines `name value unit`, best of three, load printed.
set -eu
cd "$(dirname "$0")/../.."
B=${1:-build}
. tests/bench/lib.sh
work=$(mktemp -d)
huimin=
finish() {
    [ -z "$huimin" ] || kill "$huimin" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP
export SDL_VIDEODRIVER=dummy LC_ALL=C.UTF-8

start() {
    rm -f "$work/sock"
    mkdir -p "$work/data"
    "$B/huimin" --data "$work/data" --size 1080x1920 --panel-mm 268x476 --control "$work/sock" \
        2>>"$work/log" &
    huimin=$!
    until [ -S "$work/sock" ]; do
        kill -0 "$huimin" || { tail -n 5 "$work/log" >&2; exit 1; }
        sleep 0.02
    done
}
stop() {
    control "$work/sock" quit >/dev/null
    wait "$huimin"
    huimin=
}

first_frame() {
    start
    control "$work/sock" stats | json first_frame_ms
    stop
}

load
figure start_to_home "$(best_of 3 first_frame)" ms 120
start
control "$work/sock" "wait idle" >/dev/null
figure huimin_pss "$(pss_kb "$huimin")" kB 46080
stop
for part in tests/bench/*.part; do
    [ -r "$part" ] || continue
    . "./$part"
done
load
[ "$over" = 0 ] || echo "$over figures over their limit" >&2
