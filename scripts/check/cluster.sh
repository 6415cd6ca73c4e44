# shellcheck shell=bash disable=SC2154,SC2034
# Sourced by the checks: nights on an embedded Spark, by spark-submit, and on a standalone cluster on loopback, and their lists
# compared. Wants: home (the repository), work (an existing folder for outputs and logs), conf, settings (an array of --set …).
# Stops what it started when the shell ends, by process id.

readonly SPARK_VERSION=4.1.0
readonly RUN_SECONDS=1800 START_SECONDS=90

say() { printf 'check: %s\n' "$*" >&2; }
die() { say "$*"; exit 2; }

pids=()
stop_cluster() { # only what was started here, by process id
  local pid
  for pid in ${pids[@]+"${pids[@]}"}; do kill "$pid" 2>/dev/null || true; done
  for pid in ${pids[@]+"${pids[@]}"}; do wait "$pid" 2>/dev/null || true; done
  pids=()
}
trap stop_cluster EXIT

find_spark() {
  python=python3
  if [[ -n ${SPARK_HOME:-} ]]; then
    spark=$SPARK_HOME
  else
    local venv=$home/target/check/pyspark-$SPARK_VERSION
    if [[ ! -x $venv/bin/spark-submit ]]; then
      say "installing pyspark $SPARK_VERSION into $venv …"
      python3 -m venv "$venv"
      "$venv/bin/pip" install -q --disable-pip-version-check "pyspark==$SPARK_VERSION"
    fi
    python=$venv/bin/python
    spark=$("$python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
  fi
  [[ -x $spark/bin/spark-submit ]] || die "'$spark' has no bin/spark-submit"
  export PYSPARK_PYTHON=$python PYSPARK_DRIVER_PYTHON=$python
  say "Spark in $spark"
}

free_port() { "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

alive_workers() {
  "$python" - "$1" <<'PY' 2>/dev/null || echo 0
import json, sys, urllib.request
print(json.load(urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/json/", timeout=2))["aliveworkers"])
PY
}

completed_applications() {
  "$python" - "$1" <<'PY'
import json, sys, urllib.request
state = json.load(urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/json/", timeout=5))
print(sum(len(state[key]) for key in ("activeapps", "completedapps")))
PY
}

# A master and two workers of one core each, bound to loopback; each worker is a host of its own (127.0.0.1, 127.0.0.2), since Spark never
# runs a task and its speculative copy on one host.
start_cluster() {
  local number waited=0
  port=$(free_port) ui=$(free_port)
  SPARK_LOCAL_IP=127.0.0.1 "$spark/bin/spark-class" org.apache.spark.deploy.master.Master \
    --host 127.0.0.1 --port "$port" --webui-port "$ui" >"$work/master.log" 2>&1 &
  pids+=($!)
  for number in 1 2; do
    SPARK_LOCAL_IP=127.0.0.$number "$spark/bin/spark-class" org.apache.spark.deploy.worker.Worker --host "127.0.0.$number" --webui-port "$(free_port)" \
      --cores 1 --memory 2g --work-dir "$work/worker-$number" "spark://127.0.0.1:$port" >"$work/worker-$number.log" 2>&1 &
    pids+=($!)
  done
  until [[ $(alive_workers "$ui") == 2 ]]; do
    ((waited++ < START_SECONDS)) || die "master and workers did not come up in $START_SECONDS s; logs in $work"
    sleep 1
  done
  say "standalone master at spark://127.0.0.1:$port with 2 workers"
}

night() { # NAME COMMAND… : one night with its output in $work/NAME
  local name=$1 started=$SECONDS
  shift
  rm -rf "${work:?}/$name"
  say "$name: running …"
  if ! timeout "$RUN_SECONDS" "$@" run --conf "$conf" ${settings[@]+"${settings[@]}"} --set "output.path=$work/$name" --quiet \
    >"$work/$name.out" 2>"$work/$name.log" </dev/null; then
    tail -n 30 "$work/$name.log" >&2
    die "$name: the night failed; the whole log is in $work/$name.log"
  fi
  say "$name: done in $((SECONDS - started)) s"
}

submit() { # MASTER [OPTION]…: the start of a spark-submit command line, in the array of that name
  local master=$1
  shift
  submit=("$spark/bin/spark-submit" --master "$master" "$@" --driver-memory 2g --executor-memory 2g
    --conf spark.driver.host=127.0.0.1 --conf spark.driver.bindAddress=127.0.0.1
    --driver-java-options "-Dlog4j2.configurationFile=$home/conf/log4j2.properties"
    --class org.nightjar.jobs.Nightjar "$home/jobs/target/nightjar.jar")
}

executors() { # PORT of the driver: process ids of the executors of the cluster started here
  pgrep -f "CoarseGrainedExecutorBackend.*spark://CoarseGrainedScheduler@127.0.0.1:$1" || true
}

recommendations() { # NAME: the current release's lists
  "$python" - "$work/$1" <<'PY'
import json, pathlib, sys
output = pathlib.Path(sys.argv[1])
print(output / json.loads((output / "current.json").read_text())["path"] / "recommendations")
PY
}

compare() { # NAME…: the lists of these nights with those of the first
  local name pairs=()
  for name in "$@"; do pairs+=("$name=$(recommendations "$name")"); done
  say "comparing …"
  SPARK_LOCAL_IP=127.0.0.1 "$spark/bin/spark-submit" --master "local[2]" \
    --driver-java-options "-Dlog4j2.configurationFile=$home/conf/log4j2.properties" "$home/scripts/check/compare_lists.py" "${pairs[@]}"
}
