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

# pss_kb PID: memory of one process, shared pages by share.
pss_kb() { awk '/^Pss:/ { print $2; exit }' "/proc/$1/smaps_rollup"; }

# json KEY: the first number of that name in the JSON on stdin.
json() { sed -n "s/.*\"$1\":\\([0-9.]*\\).*/\\1/p" | head -n 1; }

# instructions COMMAND…: what callgrind counts; the same on every machine, unlike milliseconds.
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
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
