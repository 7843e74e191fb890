# Fonts that are not there, and a configuration that is wrong.
mkdir -p "$W/nofonts"
new_data() { rm -rf "$W/data"; mkdir -p "$W/data"; }
new_data
printf 'font.regular = %s/none.ttf\n' "$W/nofonts" >"$W/fonts.conf"
# shellcheck disable=SC2086
if start_huimin $PORTRAIT --config "$W/fonts.conf" && play <<END &&
go prices
wait text "鸡蛋" 3000
END
    [ "$(grep -c font_missing "$W/huimin.log")" = 1 ]; then
    good "a font that is not there: the packaged one is taken, one line"
else
    bad "a font that is not there"
fi
stop huimin

wrong_key() {
    printf '# ours\npoll_ss = 60\n' >"$W/bad.conf"
    for program in huimin huimin-sync; do
        code=0
        "$B/$program" --config "$W/bad.conf" --data "$W/data" >"$W/conf.out" 2>&1 || code=$?
        [ "$code" = 2 ] && [ "$(wc -l <"$W/conf.out")" = 1 ] && grep -q 'poll_ss' "$W/conf.out" &&
            grep -q ':2' "$W/conf.out" && grep -q 'poll_s\b' "$W/conf.out" || return 1
    done
}
if wrong_key; then good "an unknown key ends both programs with one line"; else
    cat "$W/conf.out"
    bad "an unknown key"
fi
