# Every code the card service knows, at every call in turn: the card is read, then or when put in again;
# what is ordered of it is answered, a PIN is never given to it twice. In make test a quarter of the orders.
of=$((${KILLS:-50} < 500 ? 4 : 1))
part=$(($$ % of))
# every_code WHAT [PART OF]
every_code() {
    what=$1
    shift
    if timeout -k 5 300 "$B/pcsc-faults" assets/sim/cards/zhang-guilan.apdu "$@" >"$W/pcsc.out" 2>&1; then
        good "pcsc: $(head -n 1 "$W/pcsc.out"), and $what"
    else
        tail -n 20 "$W/pcsc.out"
        bad "pcsc: every code at every call ($what, part $*)"
    fi
}
every_code "the card is read"
every_code "what is ordered is answered" "$part" "$of"
