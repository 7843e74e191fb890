# Every code the card service knows, at every call in turn: the card is read, then or when put in again.
if timeout -k 5 300 "$B/pcsc-faults" assets/sim/cards/zhang-guilan.apdu >"$W/pcsc.out" 2>&1; then
    good "pcsc: $(head -n 1 "$W/pcsc.out"), and the card is read"
else
    tail -n 20 "$W/pcsc.out"
    bad "pcsc: every code at every call"
fi
