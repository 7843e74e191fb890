# nginx really in front, on loopback: certificates, forgeries, slow ones, revocation, a platform that
# is away for a moment; and a real huimin-sync that enrols, follows the feed and hands an item in.
new_work "$B/faults-front"
W=$(cd "$W" && pwd)
mkdir -p "$W/office" "$W/keys"
printf 'day,place,good,yuan,taken,source,source_en\n' >"$W/office/prices.csv"
printf 'code,name,name_en\n420506104,太平溪镇,Taipingxi\n' >"$W/office/townships.csv"

office() { "$B/huimin-platform" "$@" --db "$W/p.db" --keys "$W/keys" --feed "$W/feed"; }
serve() {
    start platform "$B/huimin-platform" serve --listen "unix:$W/p.sock" --db "$W/p.db" \
        --keys "$W/keys" --feed "$W/feed" --console "127.0.0.1:$desk"
    wait_until platform test -S "$W/p.sock"
}
sheet() { office terminal code "$@" --json 2>>"$W/office.log" | sed 's/.*"sheet":"\([^"]*\)".*/\1/'; }
front() { /usr/bin/python3 tests/faults/front.py "$W" "$port" "$@"; }
# Lines of ok and FAIL, counted.
fronts() {
    front "$@" >"$W/front.out" 2>&1 || echo "FAIL front: $1 ended early: $(tail -n 1 "$W/front.out")" >>"$W/front.out"
    cat "$W/front.out"
    passed=$((passed + $(grep -c '^ok ' "$W/front.out")))
    failed=$((failed + $(grep -c '^FAIL ' "$W/front.out")))
}
expect() {
    name=$1
    shift
    if until_true "$@" >"$W/expect.out" 2>&1; then good "front: $name"; else bad "front: $name: $(tail -n 1 "$W/expect.out")"; fi
}
nginx=$(command -v nginx || echo /usr/sbin/nginx) # not on every user's path
nginx_says() { "$nginx" -c "$W/run/nginx.conf" -e "$W/run/error.log" "$@"; }
start_nginx() {
    user=
    [ "$(id -u)" != 0 ] || user="--user root"
    free_port
    console=$((desk + 1))
    while listening $console || [ $console = "$port" ]; do console=$((console + 1)); done
    # shellcheck disable=SC2086
    platform/nginx/setup "$W/run" --keys "$W/keys" --feed "$W/feed" --socket "$W/p.sock" --timeout 2 \
        --listen "127.0.0.1:$port" --people "127.0.0.1:$console" --console "127.0.0.1:$desk" --enrol-rate 600r/m $user >"$W/setup.out" &&
        start nginx "$nginx" -c "$W/run/nginx.conf" -e "$W/run/error.log" -g 'daemon off;' && wait_until nginx listening "$port"
}
boxes() { sqlite3 -readonly "$W/data/outbox.db" ".timeout 3000" "SELECT count(*) FROM item WHERE $1" 2>/dev/null; }
delivered() { [ "$(boxes 'state = 2')" = "$1" ]; }
cases() { office case list 2>/dev/null | grep -cE '[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}'; }

office publish "$W/office" >"$W/publish.log" 2>&1 && office ca init 127.0.0.1 >"$W/ca.log" 2>&1 || bad "front: an authority"
cp "$W/keys/ca.crt" "$W/ca.crt"
sheet village-a >"$W/sheet.a"
sheet village-b >"$W/sheet.b"
free_port
desk=$port
serve && start_nginx || bad "front: nginx starts: $(cat "$W/setup.out" "$W/run/error.log" 2>&1 | tail -n 2)"
fronts doors
if curl -s --cacert "$W/ca.crt" "https://127.0.0.1:$console/metrics" | grep -q '^huimin_terminals' &&
    [ "$(curl -s -o "$W/no.out" -w '%{http_code}' --cacert "$W/ca.crt" "https://127.0.0.1:$console/v1/anchors")" = 404 ]; then
    good "front: metrics on the other door only, and no terminals there"
else
    bad "front: metrics on the other door"
fi

# The page of people, as nginx gives it out: with the page's own guards, and never to terminals.
index_at() { curl -s -i -m 10 --cacert "$W/ca.crt" "https://127.0.0.1:$1/console/" >"$W/index.out"; }
if index_at "$console" && grep -q '^HTTP/[0-9.]* 200' "$W/index.out" && grep -q 'app\.js' "$W/index.out" &&
    grep -qi '^content-security-policy:' "$W/index.out" && index_at "$port" &&
    grep -q '^HTTP/[0-9.]* 404' "$W/index.out" && ! grep -q 'app\.js' "$W/index.out"; then
    good "front: the clerks' page on the other door, and not on the terminals'"
else
    bad "front: the clerks' page: $(head -n 1 "$W/index.out")"
fi

# A real terminal, which is an appliance with a newer system to come.
head -c 3000000 /dev/urandom >"$W/root.img"
"$B/huimin-bundle" keygen "$W/deployer" && "$B/huimin-bundle" pack --version 3 --uki "$W/root.img" --root "$W/root.img" \
    --key "$W/deployer/deployer.key" --out "$W/three.update" >"$W/bundle.log" && office update publish "$W/three.update" >>"$W/bundle.log" 2>&1 ||
    bad "front: an update is published: $(tail -n 1 "$W/bundle.log")"
printf 'net.deadline_s = 4\nfeed.root = %s/data/root.pub\nupdate.dir = %s/updates\nupdate.key = %s/deployer/deployer.pub\n' \
    "$W" "$W" "$W" >"$W/sync.conf"
start sync "$B/huimin-sync" --config "$W/sync.conf" --data "$W/data" --platform "https://127.0.0.1:$port" --poll-s 1
wait_until sync test -S "$W/data/sync.sock" || bad "front: huimin-sync"
enrol() { "$B/huimin" --data "$W/data" --enrol "$1" >"$W/enrol.out" 2>&1; }
mine=$(sheet village-1 --village 420506104201)
other=$(sheet village-9 | cut -c1-15)008J-4CT4-ANK0
asked() { grep -c '"what":"enrol"' "$W/run/access.log"; }
before=$(asked)
if enrol "$other"; then
    bad "front: another platform's print is believed"
elif grep -q "not the platform of this sheet" "$W/enrol.out" && [ "$(asked)" = "$before" ]; then
    good "front: who has not the print of the sheet is told no code"
else
    bad "front: a wrong print: $(cat "$W/enrol.out")"
fi
if enrol "$mine" && enrol "$mine" && grep -q "420506104201" "$W/data/enrolled.conf"; then
    good "front: huimin-sync enrols by the sheet, twice the same"
else
    bad "front: enrolment: $(cat "$W/enrol.out")"
fi
expect "the feed is followed over TLS with its certificate" grep -q '"what":"index","status":304.*"cert":"SUCCESS"' "$W/run/access.log"
expect "the next system of an appliance comes in pieces" cmp "$W/three.update" "$W/updates/huimin-3.update"
expect "by ranges of a file that nginx has" grep -q '"what":"update","status":206' "$W/run/access.log"
"$B/putitem" "$W/sync.conf" "$W/data" 1 100 1 90000 >"$W/receipt" 2>"$W/put.log"
expect "an item is handed in and acknowledged" delivered 1
paper_in() { [ "$(sqlite3 -readonly "$W/data/outbox.db" "SELECT count(*) FROM blob WHERE done > 0")" = 1 ]; }
expect "and its photographed page follows in parts" paper_in
expect "by PUT, over TLS with its certificate" grep -q '"how":"PUT","what":"blob","status":200.*"cert":"SUCCESS"' "$W/run/access.log"

# Its certificate is due; then over for long; then its platform is away.
sed -i 's/^renew .*/renew 0/; s/^until .*/until 1/' "$W/data/line.crt"
stop sync
start sync "$B/huimin-sync" --config "$W/sync.conf" --data "$W/data" --platform "https://127.0.0.1:$port" --poll-s 1
renewed() { ! grep -q '^until 1$' "$W/data/line.crt"; }
expect "a certificate that is over is given anew" renewed
stop platform
if front status 503 busy && [ "$(curl -s --cacert "$W/ca.crt" "https://127.0.0.1:$port/feed/420506/index" | head -n 1)" = \
    "$(head -n 1 "$W/feed/420506/index")" ]; then
    good "front: without the platform: later, and the feed all the same"
else
    bad "front: without the platform"
fi
"$B/putitem" "$W/sync.conf" "$W/data" 1 >>"$W/receipt" 2>>"$W/put.log"
serve
expect "the platform is back: asked again" front status 200
fronts slow 40
"$B/putitem" "$W/sync.conf" "$W/data" 0
expect "and what waited is delivered" delivered 2

# Out: at once by the platform, and by TLS once nginx has read its list again.
office terminal revoke village-a >"$W/revoke.log" 2>&1
expect "revoked: refused at the request, before nginx knows" front status 403 revoked
nginx_says -s reload
expect "and refused at TLS after its reload" front status 400 bad_certificate
office terminal revoke village-1 >>"$W/revoke.log" 2>&1
"$B/putitem" "$W/sync.conf" "$W/data" 1 >>"$W/receipt" 2>>"$W/put.log"
kept() { [ "$(boxes "reason = 'revoked' AND length(box) > 0")" = 1 ]; }
expect "a revoked terminal keeps what nobody took" kept
reads_feed() { tail -n "+$lines" "$W/run/access.log" | grep -qE '"what":"index","status":(200|304),.*"cert":"NONE"'; }
lines=$(wc -l <"$W/run/access.log")
nginx_says -s reload
expect "its huimin-sync is refused at TLS, too" grep -qE '"what":"(index|outbox)","status":400,.*"cert":"FAILED' "$W/run/access.log"
expect "and reads the public feed as anybody may" reads_feed
if [ "$(cases)" = 2 ]; then good "front: two items, two cases"; else bad "front: $(cases) cases"; fi
if grep -aqE 'EVIL|X-Big|forged' "$W/run/access.log" "$W/run/error.log" "$W/platform.log"; then
    bad "front: nothing a stranger wrote stands in a log"
else
    good "front: nothing a stranger wrote stands in a log"
fi
stop sync
stop nginx
stop platform
if listening "$port" || pgrep -f "$W/p.sock" >"$W/left"; then bad "front: something is left running"; else good "front: nothing is left running"; fi
