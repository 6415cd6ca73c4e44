# shellcheck shell=bash disable=SC2154
# Sourced by the checks of stores, after common.sh: nights whose input and output lie on another file system than the local one. Wants: work, python;
# HADOOP_CONF_DIR, with a core-site.xml that leads to the store; NIGHTJAR_JARS, with the store's jars, if any. What nights_on shows:
#
#   1. a night that is killed leaves no release; `resume` takes over its lock and finishes, and its tables equal those of a night on the local disk
#   2. of two nights that start together one publishes, the other ends with exit code 5
#   3. `rollback` brings the first release back
#   4. after each step the pointer names a release whose every table is as its manifest says

core_site() { # NAME=VALUE…: into the folder HADOOP_CONF_DIR
  local setting
  mkdir -p "$HADOOP_CONF_DIR"
  {
    echo '<configuration>'
    for setting in "$@"; do printf '<property><name>%s</name><value>%s</value></property>\n' "${setting%%=*}" "${setting#*=}"; done
    echo '</configuration>'
  } >"$HADOOP_CONF_DIR/core-site.xml"
}

fs() { # -put, -get, -test …, as `hadoop fs`
  java -Xmx256m "-Dlog4j2.configurationFile=$home/conf/log4j2.properties" \
    -cp "$(<"$home/jobs/target/embedded-spark.classpath"):$HADOOP_CONF_DIR${NIGHTJAR_JARS:+:$NIGHTJAR_JARS}" org.apache.hadoop.fs.FsShell "$@"
}

whole() { # WHAT: a copy of the output is as it should be
  rm -rf "$work/copy"
  mkdir "$work/copy"
  fs -get "$store/out/current.json" "$store/out/releases" "$work/copy" >>"$work/fs.log" 2>&1 || die "cannot copy the output, see $work/fs.log"
  is "$1" 0 "$(outputs whole "$work/copy" >>"$work/whole.log" 2>&1; echo $?)"
}

current() { fs -cat "$store/out/current.json" 2>/dev/null | sed -n 's/.*"run_id" : "\(.*\)".*/\1/p'; }

status_of() { # NAME COMMAND…: its exit code; its log is named so
  local status=0
  night "${@:2}" >"$work/$1.log" 2>&1 || status=$?
  echo "$status"
}

nights_on() { # STORE, such as s3a://bucket
  local number
  store=$1 runs=$1/out/work
  rm -rf "$work/out" "$work/copy"
  HADOOP_CONF_DIR='' make_shop 150 4000 # where the store is no default file system
  say "a night on the local disk …"
  HADOOP_CONF_DIR='' night run >"$work/local.log" 2>&1 || die "the night on the local disk failed, see $work/local.log"
  fs -mkdir -p "$store/shop" >"$work/fs.log" 2>&1 || true
  fs -put -f "$work/shop/users" "$work/shop/items" "$work/shop/events" "$store/shop" >>"$work/fs.log" 2>&1 || die "cannot fill the store, see $work/fs.log"
  sed -i "s|$work/shop/|$store/shop/|; s|$work/out|$store/out|" "$work/night.yaml"

  say "a night on $store that is killed …"
  start "$work/killed.log" run
  until fs -test -e "$runs/*/done/clean.json" 2>/dev/null; do
    kill -0 "$pid" 2>/dev/null || die "the night ended too soon, see $work/killed.log"
  done
  kill -KILL -- "-$pid"
  wait "$pid" 2>/dev/null || true
  is "a killed night publishes nothing" "" "$(current)"
  is "resume finishes" 0 "$(status_of resume resume)"
  whole "its release is whole"
  is "its tables equal those of a night on the local disk" 0 "$(outputs equal "$work/out" "$work/copy" >>"$work/whole.log" 2>&1; echo $?)"
  local first
  first=$(current)

  say "two nights at once …"
  local nights=() # the store's server may be a child of this shell, too
  for number in 2 3; do
    (status_of "run-$number" run --set "seed=$number" >"$work/status-$number") &
    nights+=($!)
  done
  wait "${nights[@]}"
  is "of two nights that start together one publishes, the other is told so" "0 5" "$(sort "$work"/status-[23] | xargs)"
  is "another release is current" yes "$([[ $(current) != "$first" ]] && echo yes)"
  whole "it is whole"
  is "rollback" 0 "$(status_of rollback rollback)"
  is "brings the first release back" "$first" "$(current)"
  whole "it is whole"
}
