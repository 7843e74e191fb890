# One item the platform cannot bear holds up no other; a platform that can bear none is not bothered
# for each. The real programs, with tests/faults/allergic.py between them.
new_work "$B/faults-poison"
. tests/faults/road.sh
posts() { wc -l <"$W/posts"; }
follow() {
    start sync "$B/huimin-sync" --config "$W/sync.conf" --data "$W/data" \
        --platform "http://127.0.0.1:$port" --poll-s "$1"
    wait_until sync test -S "$W/data/sync.sock"
}
: >"$W/posts"
echo well >"$W/mode"
far_and_near
start allergic python3 tests/faults/allergic.py "$port" "$far" "$W/mode" "$W/posts"
wait_until allergic listening "$port" || bad "a proxy"
printf 'feed.root = %s/keys/root.pub\n' "$W" >"$W/sync.conf"
follow 3600
until_true grep -q "sync_ok" "$W/sync.log"
stop sync
put 60
make_known

# bears HOW N THERE WAIT: item N is what it cannot bear; so many are there then, so many wait.
bears() {
    echo "$1 $2" >"$W/mode"
    : >"$W/posts"
    follow 3600
    until_true has "state = 2" "$3"
    if has "state = 2" "$3" && has "state < 2" "$4" && [ "$(posts)" -le 20 ]; then
        good "an item the platform answers with \"$1\": the others are there, in $(posts) posts"
    else
        bad "\"$1\": $(boxes 'state = 2') there, $(boxes 'state < 2') wait, $(posts) posts"
    fi
    stop sync
}
bears 500 7 59 1
put 20
bears close 63 78 2 # number 7 waits by itself still

# 120 items and a platform that is ill: two requests, and the backoff's, not one for each.
echo sick >"$W/mode"
put 120
: >"$W/posts"
follow 3600
asked() { [ "$(posts)" -ge 1 ]; }
until_true asked
sleep 1.5
many=$(posts)
if [ "$many" -le 2 ] && [ "$(boxes 'state = 0 AND tries = 0')" -ge 60 ]; then
    good "a platform that is ill is asked $many times, with 122 waiting"
else
    bad "a platform that is ill: $many posts"
fi
echo well >"$W/mode"
"$B/putitem" "$W/sync.conf" "$W/data" 0
python3 - "$W/data/sync.sock" <<'END'
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(b'{"m":"retry"}\n')
s.recv(100)
END
until_true has "state = 2 AND length(box) = 0" "$(wc -l <"$W/saved")"
office case list --json >"$W/cases.json" 2>"$W/cases.log"
if [ "$(grep -oE '[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}' "$W/cases.json" | sort -u | wc -l)" = "$(sort -u "$W/saved" | wc -l)" ] &&
    has "state < 2" 0; then
    good "well again, and told by the staff to go: all is there, each once"
else
    bad "well again: $(boxes 'state < 2') wait"
fi
