# What the camera tests share: clips, real servers on loopback, huimin-camera, and who looks at it.
# Sourced after tests/lib.sh with B set. Servers and logs live in W, clips in $B/camera; the RTSP server
# needs the python3 of Debian.
CLIPS=$B/camera

# clip NAME SOURCE CODEC…: made once; small, so that it takes no second.
clip() {
    [ -s "$CLIPS/$1.mp4" ] && return
    name=$1
    source=$2
    shift 2
    ffmpeg -v error -f lavfi -i "$source" -pix_fmt yuv420p "$@" -g 25 -y "$CLIPS/new.mp4" &&
        mv "$CLIPS/new.mp4" "$CLIPS/$name.mp4"
}
as_hls() {
    [ -s "$CLIPS/$2/index.m3u8" ] && return
    mkdir -p "$CLIPS/$2"
    ffmpeg -v error -i "$CLIPS/$1.mp4" -c copy -f hls -hls_time 1 -hls_list_size 0 \
        -hls_segment_filename "$CLIPS/$2/part%d.ts" -y "$CLIPS/$2/index.m3u8"
}
make_clips() {
    mkdir -p "$CLIPS"
    fast="-preset ultrafast -tune zerolatency -sc_threshold 0"
    # shellcheck disable=SC2086
    clip clip testsrc2=s=640x360:r=25:d=8 -c:v libx264 $fast &&
        clip clip265 testsrc2=s=320x180:r=25:d=4 -c:v libx265 -preset ultrafast \
            -x265-params log-level=none:keyint=25 &&
        clip big testsrc2=s=2560x1440:r=25:d=1 -c:v libx264 $fast &&
        clip ten testsrc2=s=320x180:r=25:d=2 -c:v libx264 $fast -pix_fmt yuv422p10le &&
        as_hls clip hls && as_hls big bighls && as_hls ten tenhls && as_hls clip265 hls265 &&
        { [ -z "${WIDE:-}" ] || clip wide testsrc2=s=1280x720:r=25:d=8 -c:v libx264 -profile:v main \
            -preset veryfast -b:v 2500k -maxrate 2500k -bufsize 2500k -sc_threshold 0; } &&
        { [ -z "${WIDE:-}" ] || as_hls wide widehls; } &&
        { [ -s "$CLIPS/clip.flv" ] || ffmpeg -v error -i "$CLIPS/clip.mp4" -c copy -y "$CLIPS/clip.flv"; }
}

next_port() {
    port=$((port + 1))
    while listening "$port"; do port=$((port + 1)); done
}

nginx_conf() {
    cat <<END
daemon off;
master_process off;
pid $W/nginx.pid;
error_log $W/nginx.err;
load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
events { }
http {
    access_log off;
    types { application/vnd.apple.mpegurl m3u8; video/mp2t ts; }
    client_body_temp_path $W/nginx.body; proxy_temp_path $W/nginx.proxy;
    fastcgi_temp_path $W/nginx.fast; uwsgi_temp_path $W/nginx.uwsgi; scgi_temp_path $W/nginx.scgi;
    server {
        listen 127.0.0.1:$1;
        location / { root $CLIPS; }
        location /live/ { root $W; }
    }
}
rtmp {
    access_log off;
    server {
        listen 127.0.0.1:$2;
        application live {
            live on;
            hls on; hls_path $W/live; hls_fragment 1s; hls_playlist_length 8s;
        }
    }
}
END
}

# HLS and RTMP by nginx, RTSP by GStreamer, HTTP-FLV and all faults by badcam.py.
start_servers() {
    CLIPS=$(cd "$CLIPS" && pwd)
    free_port
    http=$port
    next_port
    rtmp=$port
    next_port
    rtsp=$port
    next_port
    bad=$port
    mkdir -p "$W/live"
    nginx_conf "$http" "$rtmp" >"$W/nginx.conf"
    start nginx /usr/sbin/nginx -p "$W" -e "$W/nginx.err" -c "$W/nginx.conf"
    start rtsp /usr/bin/python3 tests/camera/rtsp.py "$rtsp" "$CLIPS"
    start badcam python3 tests/camera/badcam.py "$bad" "$CLIPS"
    wait_until nginx listening "$rtmp" || return 1
    start push ffmpeg -v error -re -stream_loop -1 -i "$CLIPS/${WIDE:-clip}.mp4" -c copy -f flv \
        "rtmp://127.0.0.1:$rtmp/live/cam"
    wait_until badcam listening "$bad" && wait_until rtsp listening "$rtsp"
}

# start_camera NAME [SOCKET]: a huimin-camera of that name at $W/NAME.sock; huimin looks for its own
# at $W/data/camera.sock
start_camera() {
    camera_sock=${2:-$W/$1.sock}
    rm -f "$camera_sock"
    start "$1" "$B/huimin-camera" --socket "$camera_sock"
    wait_until "$1" test -S "$camera_sock"
}
# publish_cameras URL: five cameras at that address in place of the seed's, in W/data; the rest as in
# the seed.
publish_cameras() {
    mkdir -p "$W/in"
    "$B/huimin-seed-gen" --out "$W/in" >"$W/seed.log" 2>&1
    {
        echo id,spot,name,name_en,urls,hosts,sort
        for n in 1 2 3 4 5; do echo "$n,$n,镜头$n,Camera $n,$1,127.0.0.1,$n"; done
    } >"$W/in/cameras.csv"
    "$B/huimin-platform" publish "$W/in" --db "$W/platform.db" --keys "$B/keys" --feed "$W/feed" \
        >"$W/publish.log" 2>&1 &&
        "$B/huimin-sync" --data "$W/data" --feed "$W/feed" --platform none --once >"$W/sync.log" 2>&1
}
# look NAME OPTIONS…: what lookcam sees, in $W/NAME.look
look() {
    seen=$W/$1.look
    shift
    "$B/lookcam" --socket "$W/camera.sock" --host 127.0.0.1 "$@" >"$seen" 2>&1
}
first_picture_ms() { sed -n 's/^\([0-9]*\) .*state=live.*/\1/p' "$1" | head -n 1; }
