# A platform with a fleet's terminals registered, for the benchmarks. Sourced after tests/lib.sh.

# start_fleet COUNT: $W/fleet.keys, and a platform at $url that knows them. Its clock runs: terminals sign with theirs.
# FLEET_DB=postgres: on a private PostgreSQL, poured into it from a backup; fsync on.
start_fleet() {
    "$B/fleet" keys "$W/fleet.keys" "$1"
    cp "$B"/platform.db* "$W/"
    db=$W/platform.db
    [ "${FLEET_DB:-}" != postgres ] || pour_into_postgres || return 1
    cp -r "$B/feed" "$W/feed"
    free_port
    url=http://127.0.0.1:$port
    "$B/huimin-platform" terminal import "$W/fleet.keys.list" --db "$db" \
        --keys "$B/keys" --feed "$W/feed" >"$W/import.log" 2>&1 || {
        cat "$W/import.log"
        return 1
    }
    start platform ${FLEET_WRAP:-} "$B/huimin-platform" serve --listen "127.0.0.1:$port" --db "$db" \
        --keys "$B/keys" --feed "$W/feed"
    wait_until platform listening "$port"
}
fleet() {
    fleet_verb=$1
    shift
    "$B/fleet" "$fleet_verb" --url "$url" --keys "$W/fleet.keys" --root "$B/keys/root.pub" "$@"
}

# The server ends when nobody holds its standard input any more: this shell's descriptor 9.
pour_into_postgres() {
    pg_dir=$(mktemp -d /tmp/huimin-pg-XXXXXX)
    mkfifo "$W/pg.in"
    tests/lib/pg "$pg_dir" on <"$W/pg.in" >"$W/pg.url" 2>"$W/pg.log" &
    exec 9>"$W/pg.in"
    for _ in $(seq 300); do
        [ -s "$W/pg.url" ] && break
        sleep 0.1
    done
    db=$(cat "$W/pg.url")
    "$B/huimin-platform" backup "$W/backup.db" --db "$W/platform.db" >"$W/pour.log" &&
        "$B/huimin-platform" restore "$W/backup.db" --db "$db" >>"$W/pour.log" || {
        cat "$W/pg.log" "$W/pour.log"
        return 1
    }
}
# count_of SQL: a number out of the platform's database, whichever it is.
count_of() {
    case $db in
    postgres*) psql -qAt "$db" -c "$1" ;;
    *) sqlite3 "$db" "$1" ;;
    esac
}
