# The line of a mountain village at ten times its speed: what a poll without news weighs, and that what is handed in
# arrives although the line is cut every 3 s. The figures at true speed are of `make bench`.
new_work "$B/faults-badline"
if python3 tests/bench/badline.py "$B" "$W" quick >"$W/out" 2>&1; then
    while read -r line; do good "a bad line: ${line#ok }"; done <"$W/out"
else
    bad "a bad line: $(tr '\n' ';' <"$W/out")"
fi
