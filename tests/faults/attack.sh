# Everything strangers and liars send, while 800 sockets trickle and fifty terminals go on working: these are answered
# in time, those with the right refusal; nothing they wrote is in the log, and the platform does not swell.
# ATTACKS: how many rounds; ATTACK_S: how long the sockets trickle (beyond 35 s they must have been shown out).
new_work "$B/faults-attack"
. tests/bench/fleet/lib.sh
attack_s=${ATTACK_S:-6}
resident() { awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$(cat "$W/platform.pid")/status"; }
attack() {
    python3 tests/faults/attack.py "$port" "$B/fleet" "$W/fleet.keys" "$W/stranger.keys" "$B/keys/root.pub" "$W"
}
# Memory that was freed is to be seen as such.
keep_asan=$ASAN_OPTIONS
ASAN_OPTIONS=$ASAN_OPTIONS:quarantine_size_mb=4
start_fleet 50 || bad "a platform to attack"
ASAN_OPTIONS=$keep_asan
"$B/fleet" keys "$W/stranger.keys" 1

"$B/slowclients" "$port" 800 "$attack_s" /feed/420506/index ${ATTACK_S:+closed} >"$W/slow.out" &
slow=$!
fleet poll --terminals 50 --period 1 --seconds "$((attack_s - 2))" --bring 30 >"$W/healthy" 2>"$W/healthy.err" &
healthy=$!
LONG="${ATTACK_S:+1}" attack >"$W/attack.out" 2>&1
while read -r line; do
    case $line in
    "ok "*) good "${line#ok }" ;;
    *) bad "${line#FAIL }" ;;
    esac
done <"$W/attack.out"
before=$(resident)
for _ in $(seq "${ATTACKS:-1}"); do attack >"$W/attack.again" 2>&1 || bad "attack, again: $(grep -v '^ok' "$W/attack.again")"; done
wait "$healthy" && unharmed=yes || unharmed=no
# The issue's 200 ms are for what is shipped; `make bench` judges by them. A sanitizer needs its time.
case $B in *asan | *tsan) most=1000 ;; *) most=200 ;; esac
late=$(awk -v most="$most" '/_p99 / && $2 > most { print $1, $2 }' "$W/healthy")
if [ $unharmed = yes ] && [ -z "$late" ]; then
    good "meanwhile healthy terminals: $(grep _p99 "$W/healthy" | tr '\n' ';')"
else
    bad "meanwhile healthy terminals: $(tr '\n' ';' <"$W/healthy") $(cat "$W/healthy.err")"
fi
if wait "$slow"; then good "800 sockets trickle: $(tr '\n' ';' <"$W/slow.out")"; else bad "800 sockets: $(cat "$W/slow.out")"; fi
grown=$(($(resident) - before))
if [ "$grown" -le 64 ]; then good "the platform's memory: ${before} MB, ${grown} MB more after it"; else bad "it grew by $grown MB"; fi
if LC_ALL=C grep -q 'EvilWasHere' "$W/platform.log" || LC_ALL=C grep -q '[^ -~]' "$W/platform.log" ||
    grep -qv '^time=' "$W/platform.log"; then
    bad "the log: $(LC_ALL=C grep -n 'EvilWasHere\|[^ -~]' "$W/platform.log" | head -n 3 | cat -v)"
else
    good "nothing an attacker wrote stands in $(wc -l <"$W/platform.log") lines of log"
fi
fleet poll --terminals 20 --period 1 --seconds 1 --bring 100 >"$W/after" 2>&1 || bad "afterwards: $(cat "$W/after")"
"$B/huimin-platform" audit verify --db "$W/platform.db" >"$W/audit" 2>&1 && alive platform &&
    good "afterwards it works as before: $(cat "$W/audit" | cut -c1-40)" || bad "afterwards: $(cat "$W/audit")"
