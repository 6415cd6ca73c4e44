#!/usr/bin/env bash
cd "$(dirname "$0")" || exit
"$NIGHTJAR" validate --conf conf.yaml
