#!/bin/sh
# Resolve pyproject.toml into the hash-pinned locks, for every supported Python and platform at once. No index address is written: a lock
# installs from whatever index the host is set up for. The test lock is resolved first and holds the runtime lock to its versions.
set -eu
cd "$(dirname "$0")/.."

resolve() {
    lock=$1; shift
    .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links --output-file "packaging/$lock" "$@" >/dev/null
}

resolve requirements-test.lock pyproject.toml --extra build --extra test
resolve requirements.lock pyproject.toml --extra build --constraint packaging/requirements-test.lock
.venv/bin/python -c '
import tomllib
print("\n".join(tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["console"]))
' | resolve requirements-console.lock -
