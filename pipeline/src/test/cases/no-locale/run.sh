#!/usr/bin/env bash
cd "$(dirname "$0")" || exit
env -u LANG -u LC_ALL -u LC_CTYPE LC_ALL=POSIX "$NIGHTJAR" validate --conf conf.yaml
env -u LANG -u LC_ALL -u LC_CTYPE "$NIGHTJAR" validate --conf conf.yaml --set sources.events.0.path=données/*.csv
