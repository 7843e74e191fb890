# Many clients that send one byte every 2 s: healthy ones are answered all the same, and in the long
# run (SLOW_S beyond the server's deadline) the slow ones are closed. Times are printed, not judged,
# but for 2 s.
new_work "$B/faults-slow"
clients=${SLOW_CLIENTS:-20}
if start_platform && "$B/slowclients" "$port" "$clients" "${SLOW_S:-3}" /feed/420506/index \
    ${SLOW_S:+closed} >"$W/slow.out"; then
    good "$clients slow clients: $(tr '\n' ';' <"$W/slow.out")"
else
    cat "$W/slow.out"
    bad "$clients slow clients"
fi
alive platform || bad "the platform lives on"
stop platform

# A hundred places, and 150 that stay after their answer: each is answered, the idlest have made room.
cat >"$W/kept.py" <<'END'
import socket, sys
kept = []
for i in range(150):
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5)
    s.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    if not s.recv(999).startswith(b"HTTP/1.1 200"):
        sys.exit(f"{i} of 150 were answered")
    kept.append(s)
open_still = 0
for s in kept:
    s.setblocking(False)
    try:
        s.recv(1)
    except BlockingIOError:
        open_still += 1
print(open_still, "still open")
sys.exit(not 80 <= open_still <= 100)
END
new_work "$B/faults-kept"
ulimit_keeps() { (ulimit -n 200 && exec "$@"); }
start_few() {
    cp "$B"/platform.db* "$W/"
    cp -r "$B/feed" "$W/feed"
    free_port
    start platform ulimit_keeps "$B/huimin-platform" serve --listen "127.0.0.1:$port" --db "$W/platform.db" \
        --keys "$B/keys" --feed "$W/feed"
    wait_until platform listening "$port"
}
if start_few && kept=$(python3 "$B/faults-slow/kept.py" "$port" 2>&1); then
    good "kept connections make room: $kept"
else
    bad "kept connections make room: $kept"
fi
