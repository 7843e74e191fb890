# platform/REPLACE.md, done: the old terminal out, the new one in by the very commands of the page.
# What the page calls /etc/huimin is a directory of each machine here; nginx and systemctl are
# stand-ins that reach the programs this test started.
new_work "$B/faults-replace"
W=$(cd "$W" && pwd)
A=$(cd "$B" && pwd)
mkdir -p "$W/bin" "$W/office" "$W/platform/etc" "$W/new/etc" "$W/usb" "$W/new/data" "$W/old/data" "$W/keys"
printf 'code,name,name_en\n420506104,太平溪镇,Taipingxi\n' >"$W/office/townships.csv"
printf 'code,name,streetCode\n420506104201,许家冲村村民委员会,420506104\n' >"$W/office/villages.csv"
printf 'village,id,kind,day,title,text,who,phone\n420506104201,1,party,%s,换机那天的通知,新机器来了,支部书记,0717-0000000\n' \
    "$(date +%F)" >"$W/office/village_posts.csv"
{
    echo "db = $W/p.db"
    echo "keys = $W/keys"
    echo "feed = $W/feed"
    echo "listen = unix:$W/p.sock"
} >"$W/platform/etc/platform.conf"
office() { "$A/huimin-platform" --config "$W/platform/etc/platform.conf" "$@"; }

# The page's words reach what was started here.
cat >"$W/bin/nginx" <<STUB
#!/bin/sh
exec "$(command -v nginx || echo /usr/sbin/nginx)" -e "$W/run/error.log" "\$@"
STUB
cat >"$W/bin/systemctl" <<STUB
#!/bin/sh
# start huimin-sync, start huimin
case \$2 in
huimin-sync) set -- sync "$A/huimin-sync" --config "$W/new/etc/terminal.conf" ;;
huimin) set -- huimin "$A/huimin" --config "$W/new/etc/terminal.conf" --control "$W/control" $PORTRAIT ;;
esac
name=\$1
shift
"\$@" >"$W/\$name.log" 2>&1 &
echo \$! >"$W/\$name.pid"
[ "\$name" != sync ] || while [ ! -S "$W/new/data/sync.sock" ]; do sleep 0.05; done
STUB
chmod +x "$W/bin/nginx" "$W/bin/systemctl"

# block N: the commands of the Nth block of the page, on the machine its first line names.
block() {
    awk -v n="$1" '/^```sh/ { in_block = 1; i++; next } /^```/ { in_block = 0 } in_block && i == n' \
        platform/REPLACE.md | sed "s|/etc/huimin/nginx/|$W/run/|; s|/media/usb|$W/usb|" >"$W/block.sh"
    where=$W/platform/etc
    ! grep -q "^# on the new terminal" "$W/block.sh" || where=$W/new/etc
    (cd "$where" && PATH="$W/bin:$A:$PATH" sh -eu "$W/block.sh") >"$W/block.$1.out" 2>&1
}
items_of() { sqlite3 -readonly "$W/$1/data/outbox.db" ".timeout 3000" "SELECT count(*) FROM item WHERE $2" 2>/dev/null; }
is() { [ "$(items_of "$1" "$2")" = "$3" ]; }
dead() { ! alive "$1"; }
old_sync() {
    start old "$B/huimin-sync" --config "$W/old/terminal.conf" --poll-s 1
    wait_until old test -S "$W/old/data/sync.sock"
}
# What 用U盘送 does.
carry_old() {
    python3 -c '
import json, socket, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(20)
s.connect(sys.argv[1])
s.sendall(b"{\"m\":\"carry\"}\n")
for line in s.makefile():
    m = json.loads(line)
    if m["m"] == "state" and "carry" in m:
        c = m["carry"]
        print(c["err"], c["written"], c["taken"], c["spoilt"])
        break
' "$W/old/data/sync.sock"
}
put_old() { "$B/putitem" "$W/old/terminal.conf" "$W/old/data" "$@" 2>>"$W/put.log"; }

office publish "$W/office" >"$W/publish.log" 2>&1 && office ca init 127.0.0.1 >"$W/ca.log" 2>&1 || bad "replace: a platform"
user=
[ "$(id -u)" != 0 ] || user="--user root"
free_port
console=$((port + 1))
while listening $console; do console=$((console + 1)); done
# shellcheck disable=SC2086
platform/nginx/setup "$W/run" --keys "$W/keys" --feed "$W/feed" --socket "$W/p.sock" \
    --listen "127.0.0.1:$port" --people "127.0.0.1:$console" $user >"$W/setup.out"
start platform "$A/huimin-platform" --config "$W/platform/etc/platform.conf" serve
wait_until platform test -S "$W/p.sock"
start nginx "$W/bin/nginx" -c "$W/run/nginx.conf" -g 'daemon off;'
wait_until nginx listening "$port" || bad "replace: nginx: $(tail -n 1 "$W/run/error.log")"

# The old one in service: one thing handed in and delivered.
for machine in old new; do
    conf=$W/old/terminal.conf
    [ $machine = old ] || conf=$W/new/etc/terminal.conf
    {
        echo "data.dir = $W/$machine/data"
        echo "platform.url = https://127.0.0.1:$port"
        echo "terminal.village = 420506001001"
        echo "share.dir = $A/share"
    } >"$conf"
done
echo "feed.root = $W/old/data/root.pub" >>"$W/old/terminal.conf"
old_sync
sheet=$(office terminal code village-1 --village 420506104201 --json 2>/dev/null | sed 's/.*"sheet":"\([^"]*\)".*/\1/')
"$B/huimin" --data "$W/old/data" --enrol "$sheet" >"$W/old.out" 2>&1 || bad "replace: the old one enrols: $(cat "$W/old.out")"
until_true grep -q sync_ok "$W/old.log"
receipt=$(put_old 1)
until_true is old "state = 2" 1 && good "replace: the old terminal hands in $receipt" || bad "replace: the old terminal hands in"

# The page. Its line is down: what it saves goes by stick, before it is revoked.
stop old
cp "$W/old/terminal.conf" "$W/old/line.conf"
echo "carry.dir = $W/usb" >>"$W/old/terminal.conf"
sed -i "s|^platform.url.*|platform.url = https://127.0.0.1:9|" "$W/old/terminal.conf"
old_sync
put_old 1 >"$W/saved"
carried=$(carry_old)
if [ "$carried" = "ok 1 0 0" ] && block 1 && grep -q "village-1: 1 accepted" "$W/block.1.out"; then
    good "replace: step 1, what was saved comes by stick"
else
    bad "replace: step 1: $carried: $(cat "$W/block.1.out")"
fi
stop old
cp "$W/old/line.conf" "$W/old/terminal.conf"
old_sync
until_true is old "state = 2" 2 || bad "replace: the line is back, and it was there already"
if block 2; then good "replace: step 2, the old one is revoked"; else bad "replace: step 2: $(cat "$W/block.2.out")"; fi
put_old 1 >"$W/late"
if until_true is old "reason = 'unknown_terminal' AND length(box) > 0" 1; then
    good "replace: nothing is taken from the old one, and it keeps what it has, sealed"
else
    bad "replace: the old one after its end"
fi
if block 3 && grep -q "village-2" "$W/block.3.out"; then good "replace: step 3, a sheet"; else bad "replace: step 3: $(cat "$W/block.3.out")"; fi
code=$(sed -n 's/^ *code *//p' "$W/block.3.out")
if echo "$code" | block 4 && grep -q "enrolled as village-2" "$W/block.4.out"; then
    good "replace: step 4, enrolled by the code"
else
    bad "replace: step 4: $(cat "$W/block.4.out")"
fi
wait_until huimin test -S "$W/control" || bad "replace: huimin starts"
until_true grep -q sync_ok "$W/sync.log"
if play <<END
wait idle
expect stats sync.state online
wait screen home
tap home.village
wait screen village
wait text "许家冲村" 3000
wait text "换机那天的通知" 3000
key home
wait screen home
go progress
wait screen progress
text "$receipt"
tap progress.look
wait text "已经收到" 8000
END
then
    good "replace: home is online, its village is there, the old one's receipt is found"
else
    bad "replace: the new terminal on the screen"
fi
if block 5 && grep -q "^village-1 .* revoked" "$W/block.5.out" && grep -q "^village-2 .* known" "$W/block.5.out"; then
    good "replace: step 5, one out, one in"
else
    bad "replace: step 5: $(cat "$W/block.5.out")"
fi

# The same without a keyboard: what the staff's page says, and that it ends in a restart.
again=$(office terminal code village-2 --village 420506104201 --json 2>/dev/null | sed 's/.*"sheet":"\([^"]*\)".*/\1/')
wrong=$(echo "$again" | sed 's/^\(.\{15\}\).*/\1/')008J-4CT4-ANK0
echo 246810 | "$B/huimin" --data "$W/new/data" --staff-pin >"$W/pin.out" 2>&1
say() { awk -v key="msgid \"enrol.$1\"" '$0 == key { getline; sub(/^msgstr "/, ""); sub(/"$/, ""); print }' locale/zh_CN.po; }
if play <<END
go enrol
wait screen staff
text "246810"
tap pad.done
wait text "$(say title | cut -c1-6)" 5000
tap staff.enrol
wait screen enrol
text "$sheet"
tap enrol.send
wait text "$(say used)" 8000
$(for _ in $(seq 24); do echo "tap pad.erase"; done)
text "${wrong%?}1"
wait text "$(say mistyped)"
tap pad.erase
text "0"
tap enrol.send
wait text "$(say stranger)" 8000
$(for _ in $(seq 24); do echo "tap pad.erase"; done)
text "$again"
tap enrol.send
wait text "$(say done_line)" 8000
shot $W/enrol.png
tap enrol.restart
END
then
    until_true dead huimin && good "replace: enrolled on the staff's page, and started anew" || bad "replace: no restart"
else
    bad "replace: the staff's page"
fi
for p in huimin sync old nginx platform; do stop $p; done
if listening "$port" || pgrep -f "$W/" >"$W/left"; then bad "replace: something is left running"; else good "replace: nothing is left running"; fi
