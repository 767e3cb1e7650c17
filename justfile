# The commands of deploy/, by the names of `just`.

# List the recipes
default:
    @just --list

# Start the gate; `just up --demo` for a simulated day
up *arguments:
    deploy/up {{arguments}}

# Stop what was started; `just down --wipe` removes the data
down *arguments:
    deploy/down {{arguments}}

# Run the tests
test *arguments:
    deploy/test {{arguments}}

# Measure
bench *names:
    deploy/bench {{names}}

# Show what the processes say
logs *arguments:
    deploy/logs {{arguments}}

# Format and check the code
lint:
    .venv/bin/ruff format .
    .venv/bin/ruff check .
    .venv/bin/mypy
    .venv/bin/lint-imports

# Fix the versions and hashes of every library anew
lock:
    .venv/bin/pip-compile -q --upgrade --allow-unsafe --strip-extras --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file deploy/lock/run.txt pyproject.toml
    .venv/bin/pip-compile -q --upgrade --allow-unsafe --strip-extras --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --extra dev --output-file deploy/lock/dev.txt pyproject.toml
    .venv/bin/pip-compile -q --upgrade --allow-unsafe --strip-extras --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file deploy/lock/build.txt deploy/lock/build.in
    cd deploy/lock && npm update --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts
