# shellcheck shell=bash disable=SC2154,SC2034
# Sourced by checks, after common.sh. start_hadoop OPTION… starts Hadoop's mini cluster (HDFS and, without -nomr, YARN with one node) in a JVM of its
# own on loopback, under $work/hadoop, names its HDFS in HADOOP_CONF_DIR, sets port (of the name node), and stops it when the shell ends.

site() { # FILE NAME=VALUE…: settings as a file of Hadoop's
  local file=$1 setting
  shift
  {
    echo "<configuration>"
    for setting; do echo "<property><name>${setting%%=*}</name><value>${setting#*=}</value></property>"; done
    echo "</configuration>"
  } >"$HADOOP_CONF_DIR/$file"
}

stop_hadoop() {
  kill "$hadoop" 2>/dev/null || true
  wait "$hadoop" 2>/dev/null || true
}

start_hadoop() {
  local waited=0
  port=$(free_port)
  rm -rf "$work/hadoop" "$HADOOP_CONF_DIR"
  mkdir -p "$work/hadoop" "$HADOOP_CONF_DIR"
  site core-site.xml "fs.defaultFS=hdfs://127.0.0.1:$port" dfs.replication=1
  (cd "$work/hadoop" && exec java -Xmx768m --add-opens=java.base/java.lang=ALL-UNNAMED \
    -Dtest.build.data="$work/hadoop" -Djava.net.preferIPv4Stack=true -cp "$(jars hadoop)" \
    org.apache.hadoop.mapreduce.MiniHadoopClusterManager -format -datanodes 1 -nnport "$port" \
    -writeDetails "$work/hadoop/details.json" "$@") >"$work/hadoop.log" 2>&1 &
  hadoop=$!
  trap stop_hadoop EXIT
  until [[ -s $work/hadoop/details.json ]]; do
    kill -0 "$hadoop" 2>/dev/null || die "Hadoop did not start, see $work/hadoop.log"
    ((waited++ < 120)) || die "Hadoop did not come up in 120 s, see $work/hadoop.log"
    sleep 1
  done
}
