# What scripts share that send items from a real outbox to a real platform: sourced at the head of each,
# after new_work, since others give these names other meanings.
mkdir -p "$W/office"
: >"$W/saved"

office() { "$B/huimin-platform" "$@" --db "$W/p.db" --keys "$W/keys" --feed "$W/feed"; }
serve() {
    start platform "$B/huimin-platform" serve --listen "127.0.0.1:$far" --db "$W/p.db" \
        --keys "$W/keys" --feed "$W/feed"
    wait_until platform listening "$far"
}
follow() {
    start sync "$B/huimin-sync" --config "$W/sync.conf" --data "$W/data" \
        --platform "http://127.0.0.1:$port" --poll-s 1 "$@"
}
# Hands items in; their receipt numbers are added to $W/saved.
put() { "$B/putitem" "$W/sync.conf" "$W/data" "$@" >>"$W/saved" 2>"$W/put.log"; }
# Looked at from outside, while huimin-sync writes it.
box() { sqlite3 -readonly "$W/data/outbox.db" ".timeout 3000" "$1"; }
boxes() { box "SELECT count(*) FROM item WHERE $1"; }
has() { [ "$(boxes "$1")" = "$2" ]; }
# A verb of the bad line.
wire() {
    printf '%s\n' "$*" | python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(sys.stdin.buffer.read())
print(s.makefile().readline().strip())' "$W/line.sock"
}
# The platform's cases are what was saved: each once, nothing else.
agree() {
    office case list --json >"$W/cases.json" 2>"$W/cases.log"
    python3 - "$W" <<'END'
import json, sys
w = sys.argv[1]
saved = sorted(open(w + "/saved").read().split())
found = json.load(open(w + "/cases.json"))
found = found if isinstance(found, list) else next(v for v in found.values() if isinstance(v, list))
cases = sorted(c["receipt"] for c in found)
if saved != cases or len(set(saved)) != len(saved):
    sys.exit(f"{len(saved)} saved, {len(cases)} cases, {len(set(cases))} different")
END
}
# A platform that has published nothing but its keys, at $far; what stands before it listens at $port.
far_and_near() {
    free_port
    far=$port
    port=$((far + 1))
    while listening "$port"; do port=$((port + 1)); done
    echo "day,place,good,yuan,taken,source,source_en" >"$W/office/prices.csv"
    office publish "$W/office" >"$W/publish.log" 2>&1 && serve || bad "a platform"
}
# … with tests/line between, and a huimin-sync that the platform does not know yet.
begin_road() {
    far_and_near
    printf 'feed.root = %s/keys/root.pub\nnet.deadline_s = 4\nnet.object_deadline_s = 6\n' "$W" >"$W/sync.conf"
    start line "$B/line" --listen "$port" --to "$far" --control "$W/line.sock"
    wait_until line test -S "$W/line.sock" || bad "a line"
    follow && until_true test -s "$W/data/line.pub" || bad "huimin-sync"
    until_true grep -q "sync_ok" "$W/sync.log"
}
make_known() {
    office terminal add hall-1 "$W/data/terminal.pub" >"$W/add.log" 2>&1 || bad "terminal add: $(cat "$W/add.log")"
}
