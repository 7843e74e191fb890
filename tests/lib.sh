# What test scripts share: starting and stopping the programs by their pid, and always cleaning up.
# Sourced at the top of the project with B set; W is the directory of one test, made by new_work.
B=${B:-build}
export B SDL_VIDEODRIVER=dummy SDL_AUDIODRIVER=dummy LC_ALL=C.UTF-8
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_stack_use_after_return=1:strict_string_checks=1}"
# The terminal's wall clock: the morning of the day the seed was made for.
TODAY=$(cat "$B/seed.day" 2>/dev/null || echo 2026-11-23)
CLOCK=${TODAY}T09:41:00+08:00
export TODAY CLOCK
PORTRAIT="--size 1080x1920 --panel-mm 268x476"
LANDSCAPE="--size 1920x1080 --panel-mm 476x268"
export PYTHONDONTWRITEBYTECODE=1 # nothing is left in the tree

# new_work DIR: an empty directory; what was started under it before is forgotten.
new_work() {
    W=$1
    export W
    rm -rf "$W"
    mkdir -p "$W/data"
}

# start NAME PROGRAM ARGS…: in the background, with its log and pid under W.
start() {
    started=$1
    shift
    "$@" >"$W/$started.log" 2>&1 &
    echo $! >"$W/$started.pid"
}

alive() { [ -s "$W/$1.pid" ] && kill -0 "$(cat "$W/$1.pid")" 2>/dev/null; }

# stop NAME: asks it to end, insists after 5 s; the exit status is left in $ended (of a child).
stop() {
    ended=0
    [ -s "$W/$1.pid" ] || return 0
    pid=$(cat "$W/$1.pid")
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 100); do
        kill -0 "$pid" 2>/dev/null || break
        [ "$(ps -o stat= -p "$pid" 2>/dev/null | cut -c1)" != Z ] || break
        sleep 0.05
    done
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || ended=$?
    rm -f "$W/$1.pid"
}

stop_all() {
    for f in "$W"/*.pid; do
        [ -e "$f" ] || continue
        one_pid=${f##*/}
        stop "${one_pid%.pid}"
    done
}
# For the script that owns W.
clean_up_at_exit() {
    trap stop_all EXIT
    trap 'exit 130' INT
    trap 'exit 143' HUP TERM
}

# wait_until NAME COMMAND…: up to 20 s, as long as NAME lives.
wait_until() {
    who=$1
    shift
    for _ in $(seq 400); do
        "$@" && return 0
        alive "$who" || break
        sleep 0.05
    done
    echo "$who did not get ready; its log ends:"
    tail -n 5 "$W/$who.log"
    return 1
}

listening() { grep -qi ": 0100007F:$(printf %04X "$1") 00000000:0000 0A" /proc/net/tcp; }
free_port() {
    port=$((20000 + ${PORT_SEED:-$$} % 12000)) # below those that outgoing connections take; PORT_SEED: of what runs beside
    while listening "$port"; do port=$((port + 1)); done
}

# start_huimin [OPTIONS]: ready when its control port is there: $W/control
start_huimin() {
    start huimin "$B/huimin" --data "$W/data" --clock "$CLOCK" --control "$W/control" "$@"
    wait_until huimin test -S "$W/control"
}

# A platform of its own that goes on from the seed's feed, and a huimin-sync that follows it and
# asks only when told to.
start_platform() {
    cp "$B"/platform.db* "$W/"
    cp -r "$B/feed" "$W/feed"
    free_port
    echo "$port" >"$W/port"
    start platform "$B/huimin-platform" serve --listen "127.0.0.1:$port" --db "$W/platform.db" \
        --clock "$CLOCK" \
        --keys "$B/keys" --feed "$W/feed"
    wait_until platform listening "$port"
}
start_sync() {
    [ -s "$W/terminal.conf" ] && sync_conf="--config $W/terminal.conf" || sync_conf=
    # shellcheck disable=SC2086
    start sync "$B/huimin-sync" $sync_conf --data "$W/data" \
        --platform "http://127.0.0.1:$(cat "$W/line.port" 2>/dev/null || cat "$W/port")" \
        --poll-s 3600 --clock "$CLOCK"
    wait_until sync test -S "$W/data/sync.sock"
}

# Between huimin-sync and the platform, when started before it: tests/line misbehaves on request.
start_line() {
    target=$port
    free_port
    echo "$port" >"$W/line.port"
    start line "$B/line" --listen "$port" --to "$target" --control "$W/line.sock"
    wait_until line test -S "$W/line.sock"
}

# A reader with a virtual card, whose keys the platform knows if it is ours; huimin is then to be started with $READER.
start_rig() {
    [ -n "${CARDSIM:-}" ] || CARDSIM_OPTS="--card-keys $B/keys/card.keys"
    CARDSIM_OPTS="${CARDSIM_OPTS:-}" tests/cardsim/rig start "$W" "$@" || return 1
    PCSCLITE_CSOCK_NAME=$(cd "$W" && pwd)/pcscd/pcscd.comm
    READER="--reader pcsc"
    export PCSCLITE_CSOCK_NAME
}
# A reader of resident identity cards with nothing on it, at $W/idreader; its verbs at $W/samv.sock.
start_samv() {
    start samv "$B/huimin-samv" --tty "$W/idreader" --control "$W/samv.sock"
    wait_until samv test -S "$W/samv.sock"
}
stop_rig() { [ ! -d "$W/pcscd" ] || tests/cardsim/rig stop "$W"; }

# The platform gets to know this terminal, as the operator would do it.
register_terminal() {
    for _ in $(seq 100); do
        [ ! -s "$W/data/terminal.pub" ] || break
        sleep 0.05
    done
    tests/tours/bin/platform terminal add xujiachong "$W/data/terminal.pub" --clock "$CLOCK" \
        >"$W/terminal.out" 2>&1 || {
        cat "$W/terminal.out"
        return 1
    }
}
