# A platform with a fleet's terminals registered, for the benchmarks. Sourced after tests/lib.sh.

# start_fleet COUNT: $W/fleet.keys, and a platform at $url that knows them.
start_fleet() {
    "$B/fleet" keys "$W/fleet.keys" "$1"
    start_platform || return 1
    url=http://127.0.0.1:$port
    "$B/huimin-platform" terminal import "$W/fleet.keys.list" --db "$W/platform.db" \
        --keys "$B/keys" --feed "$W/feed" >"$W/import.log" 2>&1 || {
        cat "$W/import.log"
        return 1
    }
}
fleet() {
    fleet_verb=$1
    shift
    "$B/fleet" "$fleet_verb" --url "$url" --keys "$W/fleet.keys" --root "$B/keys/root.pub" "$@"
}
