# Helpers of the benchmarks: one line `name value unit` each, best of three, the load beside them.

# figure NAME VALUE UNIT [LIMIT]: prints the line; above LIMIT it is marked and counted.
over=0
figure() {
    if [ -n "${4:-}" ] && awk "BEGIN { exit !($2 > $4) }"; then
        over=$((over + 1))
        echo "$1 $2 $3 over_$4"
    else
        echo "$1 $2 $3"
    fi
}

# best_of 3 COMMAND…: the smallest number the command prints.
best_of() {
    times=$1
    shift
    for _ in $(seq "$times"); do "$@"; done | sort -g | head -n 1
}

load() { figure load_1min "$(cut -d' ' -f1 /proc/loadavg)" processes; }

# instructions COMMANDS…: what callgrind counts from exec to quit with these on the control port.
instructions() {
    dir=$(mktemp -d)
    SDL_VIDEODRIVER=dummy valgrind --tool=callgrind --callgrind-out-file=/dev/null "$B/huimin" \
        --data "$dir" --size 1080x1920 --panel-mm 268x476 --clock 2026-11-23T09:41:00+08:00 \
        --control "$dir/sock" 2>"$dir/log" &
    while [ ! -S "$dir/sock" ] && kill -0 $! 2>/dev/null; do sleep 0.1; done
    for command in "$@" quit; do control "$dir/sock" "$command" >/dev/null; done
    wait $!
    sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$dir/log"
    rm -rf "$dir"
}
start_instructions() { instructions; }
# One hundred redraws more, divided.
redraw_instructions() {
    echo $((($(instructions "redraw 101") - $(instructions "redraw 1")) / 100))
}

# control SOCKET COMMAND: one command to the control port, its answer on stdout.
control() {
    python3 - "$1" "$2" <<'PY'
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(30)
s.connect(sys.argv[1])
s.sendall(sys.argv[2].encode() + b"\n")
print(s.makefile().readline(), end="")
PY
}
