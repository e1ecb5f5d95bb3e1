#!/bin/sh
# Runs every tier of the tests. What a tier needs beyond cargo and rustc it fetches into target/, or it is not run and the
# last line says so; under CI=true a tier that cannot run is a failure.
set -eu
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
missing=""

step() {
    printf '\n== %s\n' "$*"
    "$@"
}

lacks() {
    missing="${missing:+$missing; }$1"
    if [ "${CI:-}" = true ]; then
        echo "error: a tier cannot run: $1" >&2
        exit 1
    fi
}

# The client is 364 MB: it is fetched once for each version.
fetch_client() {
    [ -z "${TOKIO_CMD_CLIENT:-}" ] || return 0
    cmp -s tests/client/package-lock.json "$target/client/installed.json" && return 0
    command -v npm >/dev/null || return 1
    mkdir -p "$target/client"
    cp tests/client/package.json tests/client/package-lock.json "$target/client/"
    step npm ci --prefix "$target/client" --ignore-scripts --no-audit --no-fund || return 1
    cp tests/client/package-lock.json "$target/client/installed.json"
}

if cargo fmt --version >/dev/null 2>&1; then
    step cargo fmt --check
else
    lacks "formatting (rustfmt is missing: rustup component add rustfmt)"
fi
if cargo clippy --version >/dev/null 2>&1; then
    step cargo clippy --locked --all-targets -- -D warnings
else
    lacks "lints (clippy is missing: rustup component add clippy)"
fi

# One build for all that follows.
step cargo test --locked --no-run
step cargo test --locked --lib --bins
if [ -n "$missing" ]; then
    # A proof is a proof with all of it, and the slow tests prove everything.
    step cargo test --locked --test it -- --skip format::
    lacks "real cargo and the real client, which need both"
else
    step cargo test --locked --test it
    if [ "$(uname -sm)" = "Linux x86_64" ] && fetch_client; then
        step cargo test --locked --test e2e
    else
        lacks "the real client (it needs npm, and Linux on x86-64)"
        step cargo test --locked --test e2e -- --skip client::
    fi
fi
export RUSTDOCFLAGS="-D warnings"
step cargo doc --locked --no-deps --document-private-items --quiet

if [ -n "$missing" ]; then
    echo "all the rest passed; not run: $missing"
else
    echo "every tier passed"
fi
