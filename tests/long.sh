#!/bin/sh
# The proofs that are too long for every run: two hours and more on two cores. Records that they renew are to be committed.
#
#     sh tests/long.sh            # all of it
#     sh tests/long.sh records    # or a part: records, load
set -eu
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}

# What each snippet's features are for, which tokio it needs, and that rustc and cargo say the same of every entry.
records() {
    cargo test --test e2e -- --ignored
}

# Two copies at once prove everything twenty times, and meanwhile the engine's own tests run ten times in a row, at ten
# moments each: on a machine as busy as that nothing may fail by chance.
load() {
    cargo build --quiet
    "$target/debug/tokio-cmd" test --all --repeat 20 >"$target/load-1.log" 2>&1 &
    one=$!
    "$target/debug/tokio-cmd" test --all --repeat 20 >"$target/load-2.log" 2>&1 &
    two=$!
    for turn in 1 2 3 4 5 6 7 8 9 10; do
        echo "turn $turn of 10"
        TOKIO_CMD_LONG_PROOF=1 cargo test --quiet --test e2e engine::
    done
    wait "$one"
    wait "$two"
    tail -n 1 "$target/load-1.log" "$target/load-2.log"
}

for part in "${@:-records load}"; do
    for name in $part; do
        case $name in
            records | load) "$name" ;;
            *)
                echo "error: no part is called \`$name\`; there are \`records\` and \`load\`" >&2
                exit 2
                ;;
        esac
    done
done
