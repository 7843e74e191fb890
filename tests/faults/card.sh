# Cards come, go, fail and are swapped; pcscd dies: each has its sentence, nothing personal stays.
new_work "$B/faults-card"
W=$(cd "$W" && pwd)
deaths=$((${KILLS:-50} < 500 ? 4 : 20))
tell() { "$B/huimin-cardsim" --tell "$W/card.sock" "$@" >"$W/tell.out"; }
card_in() { tell in "tests/cardsim/cards/$1"; }
state_is() {
    play >/dev/null 2>&1 <<END
expect stats reader.state $1
END
}
# A card's page: card_page NAME CARD FAULT KEY
title() {
    awk -v key="msgid \"card.$2\"" '$0 == key { getline; sub(/^msgstr "/, ""); sub(/"$/, ""); print }' \
        "locale/$1.po"
}
card_page() {
    [ -z "$3" ] || tell fault $3
    card_in "$2"
    if play <<END
wait text "$(title zh_CN "$4")" 12000
look en normal
wait text "$(title en "$4")" 2000
look zh_CN normal
END
    then :; else bad "card: $1"; fi
    tell out
    play <<END && good "card: $1" || bad "card: $1 stays for ever"
wait gone "$(title zh_CN "$4")" 8000
END
    tell fault none
    until_true state_is empty
}
start_platform && start_sync && start_rig || bad "card: the programs start"
# shellcheck disable=SC2086
start_huimin $PORTRAIT $READER && register_terminal || bad "card: the terminal starts"
until_true state_is empty

card_page "upside down" 01-zhang-guilan.card upside_down upside_down
card_page "mute" 01-zhang-guilan.card "mute 1" mute
card_page "unknown" 16-unknown.card "" unknown
card_page "bank" 09-bank.card "" bank
card_page "expired" 06-deng-shuxiu.card "" expired

# pulled while it is read
tell fault slow 400
card_in 01-zhang-guilan.card
sleep 1.2
tell out
play <<END && good "card: taken out too early" || bad "card: taken out too early"
wait text "$(title zh_CN pulled)" 3000
wait gone "$(title zh_CN pulled)" 8000
wait screen home
END
tell fault none
until_true state_is empty

# generation 3: recognised, named as such
card_in 03-wu-yang.card
play <<END && good "card: a guarded one is named as such" || bad "card: a guarded one"
wait text "第三代" 5000
END
tell out
until_true state_is empty

# an unsent form waits for its card only
half_a_form() {
    card_in 01-zhang-guilan.card
    play <<END
wait text "张*兰" 5000
tap citizen.services
tap services.search
text "laixin"
wait idle
tap services.row.xf-laixin
tap service.begin
text "13900005678"
END
    tell out
    play <<END
wait text "$(title zh_CN hold)" 3000
wait gone "13900005678" 1000
END
}
half_a_form
card_in 01-zhang-guilan.card
play <<END && good "card: the same card goes on" || bad "card: the same card goes on"
wait screen form 3000
wait gone "$(title zh_CN hold)" 3000
tree
tap form.next
wait idle
END
tell out
play <<END
wait text "$(title zh_CN hold)" 3000
END
card_in 02-xiong-daqing.card
play <<END && good "card: another card sees nothing of it" || bad "card: another card"
wait screen citizen 5000
wait gone "张*兰" 1000
tap citizen.services
wait screen services
END
tell out
until_true state_is empty

# pcscd dies
card_in 01-zhang-guilan.card
n=0
while [ "$n" -lt "$deaths" ]; do
    n=$((n + 1))
    tests/cardsim/rig pcscd-kill "$W" "$([ $((n % 2)) = 0 ] && echo TERM || echo KILL)"
    until_true state_is no_service || break
    tests/cardsim/rig pcscd-start "$W"
    begin=$(date +%s%3N)
    until_true state_is ready || break
    took=$(($(date +%s%3N) - begin))
    [ "$took" -gt "${slowest:-0}" ] && slowest=$took
done
[ "$n" = "$deaths" ] && good "card: pcscd died $deaths times, back after at most ${slowest:-0} ms" ||
    bad "card: pcscd died $n times"
tell out
play <<END
wait screen home 3000
END
stop_rig
