# shellcheck shell=bash disable=SC2034  # read by the commands beside this file, which use what it sets
# What every command here shares: where things lie, which ports they take, and how they speak.
set -Eeuo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
VAR=${BORDERGATE_VAR:-$ROOT/var}
CACHE=${BORDERGATE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/bordergate}
HTTP_PORT=${BORDERGATE_HTTP_PORT:-8080}
INTAKE_PORT=${BORDERGATE_INTAKE_PORT:-5055}
OPS_PORT=${BORDERGATE_OPS_PORT:-8081}
VNACCS_PORT=${BORDERGATE_VNACCS_PORT:-8082}
POSTGRES_PORT=${BORDERGATE_POSTGRES_PORT:-55432}
KAFKA_PORT=${BORDERGATE_KAFKA_PORT:-59092}
PYTHON=$ROOT/.venv/bin/python
STEP=start

say() { printf '[%3d s] %s\n' "$SECONDS" "$*"; }
fail() { # fail MESSAGE [NEXT STEP]
  printf 'error: %s\n' "$1" >&2
  [ -z "${2:-}" ] || printf 'next:  %s\n' "$2" >&2
  trap - ERR
  exit 1
}
unexpected() {
  printf 'error: %s failed at "%s" (line %s).\nnext:  read the lines above and %s/log, then run the same command again; every step may be repeated.\n' \
    "${0##*/}" "$STEP" "$1" "$VAR" >&2
}
trap 'unexpected $LINENO' ERR

whole_number() { # whole_number NAME VALUE
  [[ $2 =~ ^[1-9][0-9]*$ ]] || fail "$1 must be a positive whole number, not '$2'."
}
whole_number BORDERGATE_HTTP_PORT "$HTTP_PORT"
whole_number BORDERGATE_INTAKE_PORT "$INTAKE_PORT"
whole_number BORDERGATE_OPS_PORT "$OPS_PORT"
whole_number BORDERGATE_VNACCS_PORT "$VNACCS_PORT"
whole_number BORDERGATE_POSTGRES_PORT "$POSTGRES_PORT"
whole_number BORDERGATE_KAFKA_PORT "$KAFKA_PORT"

mkdir -p "$VAR/log" "$VAR/run" 2>/dev/null || fail "Cannot write to $VAR." "set BORDERGATE_VAR to a folder of yours"
VAR=$(cd "$VAR" && pwd)
if ! { mkdir -p "$CACHE" && [ -w "$CACHE" ]; } 2>/dev/null; then
  CACHE=$VAR/cache
  mkdir -p "$CACHE"
fi

taken() { (: </dev/tcp/127.0.0.1/"$1") 2>/dev/null; }
free_or_fail() { # free_or_fail PORT VARIABLE WHAT
  ! taken "$1" || fail "Port $1, meant for $3, is taken by another program." "set $2 to a free port and run this again"
}

# A process is known by its id and by a mark in its command line, so that an id given to somebody else since is left alone.
pid_of() { # pid_of NAME: prints the id of the living process NAME, or nothing
  local pid mark
  { read -r pid && read -r mark; } 2>/dev/null <"$VAR/run/$1.pid" || return 0
  ! tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "$mark" || echo "$pid"
}
lives() { # lives NAME: whether it runs; asked twice, for while it becomes another program it has no command line
  [ -n "$(pid_of "$1")" ] || { sleep 0.2 && [ -n "$(pid_of "$1")" ]; }
}
await_burial() { # await_burial NAME: a killed process holds its locks until the system has taken it away
  local pid state
  read -r pid 2>/dev/null <"$VAR/run/$1.pid" || return 0
  for _ in $(seq 100); do
    state=$(sed 's/.*) //; s/ .*//' "/proc/$pid/stat" 2>/dev/null) || return 0
    [ "$state" = Z ] || return 0
    sleep 0.1
  done
}
launch() { # launch NAME MARK COMMAND…: in a session of its own, output to VAR/log/NAME.log
  local name=$1 mark=$2 log=$VAR/log/$1.log
  shift 2
  [ ! -s "$log" ] || mv "$log" "$log.old"
  (
    for inherited in /proc/self/fd/*; do # a pipe or a lock of who called would stay open as long as the process lives
      inherited=${inherited##*/}
      [ "$inherited" -le 2 ] || eval "exec $inherited>&-"
    done
    exec setsid "$@"
  ) >"$log" 2>&1 </dev/null &
  printf '%s\n%s\n' "$!" "$mark" >"$VAR/run/$name.pid"
  while [ -z "$(pid_of "$name")" ] && kill -0 "$!" 2>/dev/null; do sleep 0.02; done # until it is the program, no longer this shell
}
end() { # end NAME SIGNAL SECONDS: asks the process to end, waits, and kills it when it does not
  local pid deadline
  pid=$(pid_of "$1")
  if [ -n "$pid" ]; then
    kill -s "$2" "$pid" 2>/dev/null || true
    deadline=$((SECONDS + $3))
    while [ -n "$(pid_of "$1")" ]; do
      if [ "$SECONDS" -ge "$deadline" ]; then
        kill -s KILL "$pid" 2>/dev/null || true
        say "$1 ($pid) did not end within $3 s and was killed"
        break
      fi
      sleep 0.1
    done
    say "$1 stopped ($pid)"
  fi
  rm -f "$VAR/run/$1.pid"
}
external() { [ -n "${BORDERGATE_DATABASE_URL:-}" ] && [ -n "${BORDERGATE_KAFKA:-}" ]; }
