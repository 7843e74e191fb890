# Part of run: sources that stand still for 14 s and go on; told within ten seconds, live again
# within three of the source. Uses what run has started.

# at STATE FROM FILE: when that state was first said after FROM ms
at() { awk -v s="state=$1" -v from="$2" '$3 == s && $1 > from { print $1; exit }' "$3"; }

# stall NAME WHO OPTIONS…: WHO is stopped 2 s after the first picture
stall() {
    kind=$1
    who=$2
    shift 2
    begin "stall-$kind" "$@" --ms 40000
    file=$W/stall-$kind.look
    for _ in $(seq 100); do grep -q state=live "$file" 2>/dev/null || sleep 0.05; done
    live=$(at live -1 "$file")
    sleep 2
    began=$(date +%s%3N)
    kill -STOP "$(cat "$W/$who.pid")"
    sleep 14
    kill -CONT "$(cat "$W/$who.pid")"
    sleep 12
    kill "$(cat "$W/stall-$kind.look.pid.txt")"
    wait "$(cat "$W/stall-$kind.look.pid.txt")" 2>/dev/null
    stopped=$((live + 2000))
    told=$(at stalled "$live" "$file")
    gone=$(at offline "$live" "$file")
    back=$(at live "$((stopped + 13900))" "$file")
    said="stalled ${told:-never}, offline ${gone:-never}, live ${back:-never}; stopped $stopped, went on $((stopped + 14000)) ms"
    # what the stream still held in hand (a segment or two) may be shown first
    if [ -n "$told" ] && [ -n "$back" ] && [ "$told" -le $((stopped + 10000)) ] &&
        [ "$back" -le $((stopped + 17000)) ]; then
        good "camera: $kind stands still for 14 s ($said)"
    else
        bad "camera: $kind stands still for 14 s ($said)"
    fi
}
stall RTMP push --url "rtmp://127.0.0.1:$rtmp/live/cam"
stall RTSP rtsp --url "rtsp://127.0.0.1:$rtsp/h264"
stall FLV badcam --url "http://127.0.0.1:$bad/live.flv"
stall HLS nginx --url "http://127.0.0.1:$http/live/cam.m3u8"
