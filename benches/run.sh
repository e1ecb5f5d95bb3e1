#!/usr/bin/env bash
# Measures `check`, `run` and `test` against cargo, bare rustc and the tools that people use instead, and prints a table.
#
#     bash benches/run.sh              # everything, about 25 minutes on two cores
#     bash benches/run.sh check run    # some of: ask check all run unchanged first next test memory
#
# Both sides of a row are run in turn (A B A B ...) in one go, and the table holds medians and their ratios: what the machine
# does beside affects both. Tools that are missing are installed with `cargo install` below target/benches. ROUNDS=9 is the
# number of turns of the short rows; the long ones have fewer. COUNT=60 is the number of entries where many are meant.
set -euo pipefail
cd "$(dirname "$0")/.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
here=$target/benches
rounds=${ROUNDS:-9}
count=${COUNT:-60}
rows=${*:-ask check all run unchanged first next test memory}
export PATH=$here/bin:$PATH TOKIO_CMD_CACHE=$here/cache
unset CARGO_TARGET_DIR RUSTC_WRAPPER RUSTFLAGS
mkdir -p "$here/bin" "$here/times"

say() { printf '%s\n' "$*" >&2; }
need() { command -v "$1" >/dev/null || cargo install --quiet --locked --root "$here" "$1"; }
need hyperfine

CARGO_TARGET_DIR=$target cargo build --quiet --release --locked
cp "$target/release/tokio-cmd" "$here/bin/tokio-cmd"

# A snippet that does not wait for anything, so that what is measured is not its own sleep.
id=tasks-spawn-join
tokio-cmd run "$id" >/dev/null
tokio-cmd check "$id" >/dev/null
# An earlier version of the program may have left one of its own.
family=$(ls -dt "$TOKIO_CMD_CACHE"/v1/families/core-run-* | awk 'NR == 1')
version() { "$@" 2>/dev/null | awk 'NR == 1'; }

# --- what the others work on -------------------------------------------------------------------------------------------
one_file() { tokio-cmd show snippet "$1" --form program --code-only; }
# A crate as one writes it by hand, with the family's dependencies and lock file.
crate() {
    mkdir -p "$1/src"
    sed "s/^name = .*/name = \"plain\"/" "$family/Cargo.toml" >"$1/Cargo.toml"
    sed "s/^name = \"family-core\"/name = \"plain\"/" "$family/Cargo.lock" >"$1/Cargo.lock"
}
crate "$here/plain"
one_file "$id" >"$here/plain/src/main.rs"
mapfile -t ids < <(tokio-cmd list snippets --format json | grep -o '"kind":"snippet","id":"[^"]*"' | sed 's/.*"id":"//; s/"//')
crate "$here/bins"
rm -rf "$here/bins/src" && mkdir -p "$here/bins/src/bin"
kept=()
for one in "${ids[@]}"; do
    ((${#kept[@]} < count)) || break
    # Only what the family covers, since both sides are given the same.
    others=$(tokio-cmd show snippet "$one" --format json | grep -o '"name":"[^"]*","version"' | grep -cvE '"(bytes|futures-util|tokio|tokio-stream|tokio-util)"') || true
    ((others == 0)) && one_file "$one" >"$here/bins/src/bin/$one.rs" && kept+=("$one")
done
ids=("${kept[@]}")
(cd "$here/bins" && cargo check --quiet --offline --keep-going 2>/dev/null) || true

# rustc as the engine calls it, without the engine.
rustc=$(rustc --print sysroot)/bin/rustc
deps=$(echo "$TOKIO_CMD_CACHE"/v1/target/*-*/scratch/deps)
mapfile -t externs < <(grep -o '"[a-z_]*":"[^"]*\.\(rlib\|so\)"' "$family/externs.json" | sed 's/^"\([a-z_]*\)":"\(.*\)"$/--extern=\1=\2/')
bare="$rustc --edition=2024 --crate-type=bin -Cdebuginfo=0 -Copt-level=0 -Ldependency=$deps -Ldependency=$TOKIO_CMD_CACHE/v1/target/scratch/deps ${externs[*]}"

# What is new to cargo has no incremental state; what is edited has it, from the last time.
fresh="rm -rf $here/plain/target/debug/incremental ; touch $here/plain/src/main.rs"
edit="echo '//' >>$here/plain/src/main.rs"

# --- measuring ---------------------------------------------------------------------------------------------------------
# turns ROW ROUNDS NAME COMMAND [NAME COMMAND]...: every command once in each round; a command may begin with PREPARE ;;
turns() {
    local row=$1 count=$2 round name command prepare
    shift 2
    rm -f "$here/times/$row."*
    for ((round = 0; round <= count; round++)); do
        local pairs=("$@")
        while ((${#pairs[@]})); do
            name=${pairs[0]} command=${pairs[1]} prepare=:
            pairs=("${pairs[@]:2}")
            if [[ $command == *' ;; '* ]]; then prepare=${command%% ;; *} command=${command#* ;; }; fi
            bash -c "$prepare" >/dev/null 2>&1 || true
            hyperfine --shell=none --runs 1 --export-csv "$here/one.csv" "$command" >/dev/null 2>"$here/last.log" ||
                { say "$row: $name failed: $command"; cat "$here/last.log" >&2; exit 1; }
            # The first round warms up.
            ((round == 0)) || tail -n 1 "$here/one.csv" | awk -F, '{print $(NF-6)}' >>"$here/times/$row.$name"
        done
    done
}
median() { sort -n "$here/times/$1" | awk '{a[NR]=$1} END {print (NR%2) ? a[(NR+1)/2] : (a[NR/2]+a[NR/2+1])/2}'; }
# line ROW OURS OTHER WHAT GOAL
line() {
    local a b
    a=$(median "$1.$2") b=$(median "$1.$3")
    awk -v a="$a" -v b="$b" -v what="$4" -v goal="$5" -v n="$(wc -l <"$here/times/$1.$2")" 'BEGIN {
        printf "| %s | %.1f ms | %.1f ms | %.2f | %.2f | %s | %d |\n", what, a*1000, b*1000, b/a, a/b, goal, n }'
}
wants() { [[ " $rows " == *" $1 "* ]]; }

echo "tokio-cmd $(git rev-parse --short HEAD) on $(date -u +%Y-%m-%d), $(version rustc --version), $(nproc) cores, $(uname -sm),"
echo "load $(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || echo unknown), ${#ids[@]} entries of the family \`core\`, \`$id\` where one is meant."
echo
echo "| what | ours | other | times faster | ours / other | goal | rounds |"
echo "|---|---|---|---|---|---|---|"

if wants ask; then
    echo 'fn main() { println!("hello"); }' >"$here/hello.rs"
    rustc -O -o "$here/hello" "$here/hello.rs"
    turns ask "$((rounds * 3))" ours "tokio-cmd ask how do I stop a task" hello "$here/hello"
    line ask ours hello "ask, a short question / a hello-world process" "at most 3 times"
    # A team's own entries, a thousand and ten thousand of them.
    for many in 1000 10000; do
        for ((i = 0; i < many; i++)); do
            one=$here/overlay-$many/.tokio-cmd/snippets/team/entry-$i
            [[ -d $one ]] && continue
            mkdir -p "$one"
            printf 'keywords = ["word%d"]\n' "$i" >"$one/snippet.toml"
            printf '//! Entry number %d.\n\nfn main() {}\n' "$i" >"$one/main.rs"
        done
    done
    turns overlay "$rounds" ours "env -C $here/overlay-10000 tokio-cmd ask how do I stop a task" \
        fewer "env -C $here/overlay-1000 tokio-cmd ask how do I stop a task"
    line overlay ours fewer "ask, 10,000 entries of a team / 1,000" "at most 10 times"
fi
if wants check; then
    turns unchanged-check "$rounds" ours "tokio-cmd check $id" cargo "cargo check --offline --manifest-path $here/plain/Cargo.toml"
    line unchanged-check ours cargo "check, unchanged / no-op \`cargo check\`" "20 times faster"
    work=$here/work && mkdir -p "$work"
    cp "$here/plain/src/main.rs" "$work/main.rs"
    turns new-check "$rounds" ours "tokio-cmd check $id --fresh" \
        rustc "$bare --emit=metadata -o $work/out.rmeta $work/main.rs" \
        cargo "$fresh ;; cargo check --offline --manifest-path $here/plain/Cargo.toml" \
        edited "$edit ;; cargo check --offline --manifest-path $here/plain/Cargo.toml"
    line new-check ours rustc "check, new or changed / bare \`rustc --emit=metadata\`" "at most 1.15 times"
    line new-check ours cargo "check, new / warm \`cargo check\`" "1.6 times faster"
    line new-check ours edited "check, a comment changed / \`cargo check\`, incremental" "1.6 times faster"
fi
if wants all; then
    half=$(((${#ids[@]} + 1) / 2)) work=$here/halves
    rm -rf "$work" && mkdir -p "$work"
    for i in "${!ids[@]}"; do
        part=$((i / half))
        echo "#[path = \"$here/bins/src/bin/${ids[i]}.rs\"] pub mod e$i;" >>"$work/$part.rs"
    done
    for part in 0 1; do echo 'fn main() {}' >>"$work/$part.rs"; done
    printf '#!/bin/sh\n%s --cap-lints=allow --emit=metadata -o %s/0.rmeta %s/0.rs & %s --cap-lints=allow --emit=metadata -o %s/1.rmeta %s/1.rs; wait\n' \
        "$bare" "$work" "$work" "$bare" "$work" "$work" >"$work/both.sh"
    turns all "$((rounds > 5 ? 5 : rounds))" ours "tokio-cmd check --fresh snippet ${ids[*]}" rustc "sh $work/both.sh" \
        cargo "cargo clean --offline -p plain --manifest-path $here/bins/Cargo.toml ;; cargo check --offline --manifest-path $here/bins/Cargo.toml"
    line all ours cargo "check of these entries, nothing kept / \`cargo check\` of as many bins" "4 times faster"
    line all ours rustc "check of these entries, nothing kept / two bare rustc batches" "at most 1.25 times"
fi
if wants run || wants unchanged || wants next; then need rust-script; fi
script=$here/script.rs
if wants run || wants unchanged; then
    { printf '//! ```cargo\n//! [dependencies]\n'; sed -n '/^\[dependencies\]/,/^\[dev/p' "$here/plain/Cargo.toml" | grep '=' | sed 's,^,//! ,'; printf '//! ```\n'; grep -v '^//!' "$here/plain/src/main.rs"; } >"$script"
    rust-script --debug "$script" >/dev/null 2>&1 || true
fi
if wants run; then
    turns run "$rounds" ours "tokio-cmd run $id --fresh" \
        cargo "$fresh ;; cargo run --quiet --offline --manifest-path $here/plain/Cargo.toml" \
        edited "$edit ;; cargo run --quiet --offline --manifest-path $here/plain/Cargo.toml" \
        script "echo '//' >>$script ;; rust-script --debug $script"
    line run ours cargo "run, new / \`cargo run\`" "2 times faster"
    line run ours edited "run, a comment changed / \`cargo run\`, incremental" "2 times faster"
    line run ours script "run, a comment changed / \`rust-script --debug\`, incremental" "2 times faster"
fi
if wants unchanged; then
    # Built last, and so the newest.
    tokio-cmd run "$id" --fresh >/dev/null
    program=$(find "$TOKIO_CMD_CACHE/v1/units" -name program -printf '%T@ %p\n' | sort -rn | awk 'NR == 1 {print $2}')
    turns unchanged "$((rounds * 3))" ours "tokio-cmd run $id" bare "$program" script "rust-script --debug $script"
    line unchanged ours bare "run, unchanged / the bare binary" "within 3 ms"
    line unchanged ours script "run, unchanged / \`rust-script\`" "no slower"
fi
if wants first; then
    turns first 3 ours "rm -rf $here/empty ;; env TOKIO_CMD_CACHE=$here/empty tokio-cmd run $id" \
        cargo "rm -rf $here/plain/cold ;; cargo build --offline --manifest-path $here/plain/Cargo.toml --target-dir $here/plain/cold"
    line first ours cargo "first use ever (\`run\`) / plain \`cargo build\`" "at most 1.1 times, 25 s"
fi
if wants next; then
    need cargo-play
    other=$here/next.rs
    { sed -n '/^\[dependencies\]/,/^\[dev/p' "$here/plain/Cargo.toml" | grep '=' | sed 's,^,//# ,'; one_file channels-broadcast 2>/dev/null || one_file "${ids[0]}"; } | grep -v '^//!' >"$other"
    # Another file each time: what these tools build is kept for each by its content or its path.
    turns next 2 ours "tokio-cmd run $id --fresh" play "echo \"// \$RANDOM\" >>$other ; rm -rf /tmp/cargo-play.* ;; cargo-play --quiet $other"
    line next ours play "the next snippet / \`cargo-play\`" "30 times faster"
fi
if wants test; then
    doc=$here/doc
    crate "$doc"
    cp "$doc/Cargo.toml" "$doc/plain.toml"
    : >"$doc/src/lib.rs"
    for i in "${!ids[@]}"; do
        { echo '/// ```no_run'; sed 's,^,/// ,; s, $,,' "$here/bins/src/bin/${ids[i]}.rs" | grep -v '^/// //!'; echo '/// ```'; echo "pub fn e$i() {}"; } >>"$doc/src/lib.rs"
    done
    try=$here/try
    crate "$try"
    mkdir -p "$try/tests"
    : >"$try/src/lib.rs"
    printf 'trybuild = "1"\n' >>"$try/Cargo.toml" # the last table is that of the dev-dependencies
    printf '#[test]\nfn all() {\n    trybuild::TestCases::new().pass("%s/bins/src/bin/*.rs");\n}\n' "$here" >"$try/tests/all.rs"
    (cd "$try" && cargo test --quiet >/dev/null 2>&1) || say "trybuild: not every entry passes there"
    (cd "$doc" && cargo test --quiet --offline --doc >/dev/null 2>&1) || say "doctests: not every entry passes there"
    turns test 2 ours "tokio-cmd test --fresh snippet ${ids[*]}" \
        doc "cargo test --quiet --offline --doc --manifest-path $doc/Cargo.toml" \
        try "cargo test --quiet --offline --manifest-path $try/Cargo.toml"
    line test ours doc "test of these entries / merged doctests of the same, not run" "1.4 times faster"
    line test ours try "test of these entries / trybuild, warm" "1.1 times faster"
fi
if wants memory; then
    mkdir -p "$here/team/.tokio-cmd/snippets/team/loud"
    (
        cd "$here/team"
        : >.tokio-cmd/snippets/team/loud/snippet.toml
        printf '//! Prints a gigabyte.\nuse std::io::Write as _;\n\nfn main() {\n    let chunk = [b'"'x'"'; 1 << 16];\n    for _ in 0..16384 {\n        std::io::stdout().write_all(&chunk).unwrap();\n    }\n}\n' >.tokio-cmd/snippets/team/loud/main.rs
        tokio-cmd run team:loud | wc -c >&2
        tokio-cmd run team:loud > >(cat >/dev/null) &
        pid=$! most=0
        while kill -0 $pid 2>/dev/null; do
            now=$(awk '/VmHWM/ {print $2}' /proc/$pid/status 2>/dev/null || echo 0)
            ((${now:-0} > most)) && most=$now
            sleep 0.01
        done
        echo
        echo "Memory of \`tokio-cmd\` while its program prints 1 GB: $((most / 1024)) MB at most (goal: under 30 MB)."
    )
fi
