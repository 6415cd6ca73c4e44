#!/usr/bin/env bash
cd "$(dirname "$0")" || exit
"$NIGHTJAR" validate --conf conf.yaml --set sources.events.0.options.pwd=hushhush --set=export.password=hushhush --set rank.listLenght=5
"$NIGHTJAR" validate --conf conf.yaml --set spark.spark.hadoop.fs.azure.sas.box.account.dfs.core.windows.net=hushhush --set 'sources.events.0.path=s3a://shop/x?sig=hushhush'
