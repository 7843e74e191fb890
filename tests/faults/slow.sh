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
