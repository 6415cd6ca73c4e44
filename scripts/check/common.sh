# shellcheck shell=bash disable=SC2034
# What the checks of nights share; sourced.
# Sets home, nightjar (NIGHTJAR_COMMAND or scripts/nightjar), python (with pyarrow), work (a folder under target/check) and runs (what nights
# on the small shop leave until they are done), and defines the functions below.

say() { printf 'check: %s\n' "$*" >&2; }
die() { say "$*"; exit 2; }

home=$(cd -P "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
nightjar=${NIGHTJAR_COMMAND:-$home/scripts/nightjar}
work=$home/target/check/$(basename "$0")
runs=$work/out/work

usage() { sed -n '2,/^set -/p' "$0" | sed -n '/^# shellcheck/d; s/^# \{0,1\}//p'; }

no_arguments() { # ARGUMENT…: there may be none but --help
  case ${1:-} in
    '') ;;
    -h | --help) usage; exit 0 ;;
    *) die "unknown argument '$1'; see --help" ;;
  esac
}

find_python() { # one with pyarrow: NIGHTJAR_CHECK_PYTHON, python3, or one of our own
  python=${NIGHTJAR_CHECK_PYTHON:-python3}
  if ! "$python" -c 'import pyarrow' 2>/dev/null; then
    local venv=$home/target/check/pyarrow
    if [[ ! -x $venv/bin/python ]]; then
      say "installing pyarrow into $venv …"
      python3 -m venv "$venv"
      "$venv/bin/pip" install -q --disable-pip-version-check pyarrow
    fi
    python=$venv/bin/python
  fi
}

outputs() { "$python" "$home/scripts/check/outputs.py" "$@"; }

# A small made-up shop, linked as $work/shop, and its configuration in $work/night.yaml; USERS EVENTS, options of generate; with a
# share of broken rows in dirt. Makes nights cheap. Checks that ask for the same shop share it.
make_shop() {
  shop=$home/target/check/shops/$(printf '%s-' "$@" "${dirt:-0}" | tr -c 'A-Za-z0-9.-' _)
  mkdir -p "$shop"
  exec 8>"$shop/lock" # another check may be making the same
  flock 8
  if [[ ! -e $shop/done ]]; then
    rm -rf "$shop/shop"
    "$nightjar" generate --users "$1" --items 200 --events "$2" --days 120 --dirt "${dirt:-0}" \
      --format parquet --out "$shop/shop" "${@:3}" >"$shop/generate.log" 2>&1 8>&- </dev/null || die "generate failed, see $shop/generate.log"
    touch "$shop/done"
  fi
  exec 8>&-
  [[ -L $work/shop ]] || rm -rf "$work/shop"
  ln -sfn "$shop/shop" "$work/shop"
  cat >"$work/night.yaml" <<YAML
name: check
sources:
  users: {format: parquet, path: $work/shop/users, columns: {user_id: user_id}}
  items: {format: parquet, path: $work/shop/items, columns: {item_id: item_id}}
  events: {format: parquet, path: $work/shop/events, columns: {user_id: user_id, item_id: item_id, event_at: event_at}}
models:
  repeat: {type: repeat}
  ials: {type: ials, rank: 8, iterations: 4}
  popularity: {type: popularity}
rank: {listLength: 5, candidatesPerModel: 20}
evaluation: {split: {type: time, days: 20}, ks: [5], bootstrapReplicates: 20}
gate: {levels: {churn: warn, worse-than-last: warn, worse-than-models: warn, identical-lists: warn, lost-users: warn, volume: warn, recent-events: warn}}
output: {path: $work/out}
spark: {spark.sql.shuffle.partitions: 1, spark.nightjar.secondsBetweenCheckpoints: 0}
YAML
  fast_starts
}

fast_starts() { # short runs on little data: a compiler that optimises would not pay, nor would parallel collection
  export NIGHTJAR_MEMORY=${NIGHTJAR_MEMORY:-2g} NIGHTJAR_JAVA_OPTS=${NIGHTJAR_JAVA_OPTS:--XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC}
}

# OUT: an output with one undisturbed night on the small shop; sets took, the seconds that it ran. The night of one jar is made once and copied.
undisturbed() {
  local kept=$shop/night jar=$home/jobs/target/nightjar.jar
  exec 8>"$shop/lock"
  flock 8
  if [[ ! -e $kept/took || $jar -nt $kept/took ]]; then
    local started=$SECONDS
    rm -rf "$kept"
    mkdir -p "$kept"
    night run --set "output.path=$kept/out" >"$kept/run.log" 2>&1 8>&- || die "the undisturbed night failed, see $kept/run.log"
    echo $((SECONDS - started)) >"$kept/took"
  fi
  exec 8>&-
  took=$(<"$kept/took")
  rm -rf "$1"
  cp -a "$kept/out" "$1"
}

night() { # COMMAND OPTION…: on the small shop, or by another configuration in conf
  "$nightjar" "$1" --conf "${conf:-$work/night.yaml}" --quiet "${@:2}" </dev/null
}

# LOG COMMAND OPTION…: the same in the background, as a process group of its own, whose id is then in pid
start() {
  local log=$1
  shift
  set -m
  night "$@" >"$log" 2>&1 &
  pid=$!
  set +m
}

failed=0
is() { # WHAT EXPECTED FOUND
  if [[ $2 == "$3" ]]; then echo "ok: $1"; else echo "FAIL: $1: expected $2 but found $3"; failed=1; fi
}

jars() { # SET: class path of a set of scripts/check/stores/pom.xml, downloaded when absent
  local list=$home/target/check/$1.classpath
  if [[ ! -f $list || $home/scripts/check/stores/pom.xml -nt $list ]]; then
    say "fetching the jars for $1 …"
    mkdir -p "$home/target/check"
    "$home/mvnw" -q -B -f "$home/scripts/check/stores/pom.xml" "-P$1" \
      org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath "-Dmdep.outputFile=$list" >&2 </dev/null || die "no jars for $1"
  fi
  cat "$list"
}

free_port() { "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# FILE PATTERN CALLS: writes a command that is Nightjar, keeps its arguments in CALLS, and once, when they match PATTERN, is killed as soon as
# it has gathered candidates
killed_once() {
  cat >"$1" <<SH
#!/usr/bin/env bash
printf '%s\n' "\$*" >>"$3"
[[ "\$*" == $2 && ! -e $work/died ]] || exec "$nightjar" "\$@"
touch "$work/died"
"$nightjar" "\$@" &
until [[ -n \$(find "$runs" -name gathered -newer "$work/died" 2>/dev/null) ]]; do sleep 0.1; done
kill -KILL \$!
kill -KILL \$\$
SH
  chmod +x "$1"
}

next_command() { # what goes on with the output: resume if a run has begun there, else run
  if compgen -G "$runs/*/run.json" >/dev/null; then echo resume; else echo run; fi
}

finished_stages() { # of the last run, in the order in which they ended
  local stages
  stages=$(find "$runs"/*/done -maxdepth 1 -name '*.json' -printf '%T@ %f\n' 2>/dev/null | sort -n | sed 's/.* //; s/\.json$//' | paste -sd, || true)
  printf '%s\n' "${stages:-nothing}"
}
