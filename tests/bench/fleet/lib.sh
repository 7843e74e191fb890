# A platform with a fleet's terminals registered, for the benchmarks. Sourced after tests/lib.sh.

# start_fleet COUNT: $W/fleet.keys, and a platform at $url that knows them. Its clock runs: terminals sign with theirs.
start_fleet() {
    "$B/fleet" keys "$W/fleet.keys" "$1"
    cp "$B"/platform.db* "$W/"
    cp -r "$B/feed" "$W/feed"
    free_port
    url=http://127.0.0.1:$port
    "$B/huimin-platform" terminal import "$W/fleet.keys.list" --db "$W/platform.db" \
        --keys "$B/keys" --feed "$W/feed" >"$W/import.log" 2>&1 || {
        cat "$W/import.log"
        return 1
    }
    start platform "$B/huimin-platform" serve --listen "127.0.0.1:$port" --db "$W/platform.db" \
        --keys "$B/keys" --feed "$W/feed"
    wait_until platform listening "$port"
}
fleet() {
    fleet_verb=$1
    shift
    "$B/fleet" "$fleet_verb" --url "$url" --keys "$W/fleet.keys" --root "$B/keys/root.pub" "$@"
}
