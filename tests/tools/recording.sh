#!/usr/bin/env bash
# Makes the recording in the README: the README's own task, checked, run and run again at the simulator, as an animated SVG.
# Usage: recording.sh OUT.svg
set -euo pipefail
out=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
scratch=$(mktemp -d)
simulator_pid=
clean_up() {
  [ -z "$simulator_pid" ] || kill "$simulator_pid" 2> /dev/null || true
  wait 2> /dev/null || true
  rm -rf "$scratch"
}
trap clean_up EXIT

python -m tests.simulator --scenario tests/demo/scene.yml --ready-file "$scratch/ready.json" > "$scratch/simulator.log" 2>&1 &
simulator_pid=$!
for _ in $(seq 100); do
  [ ! -s "$scratch/ready.json" ] || break
  sleep 0.1
done
grep -E '^(unset|export) ' "$scratch/simulator.log" > "$scratch/environment" || { cat "$scratch/simulator.log" >&2; exit 1; }
# shellcheck disable=SC1091
. "$scratch/environment"
python -c 'import sys, tests.support.documents as d; print(next(b for b in d.blocks_of(d.ROOT / "README.md") if b.language == "yaml").text)' \
  > "$scratch/stop.yml"
cd "$scratch"
python "$root/tests/tools/recording.py" "$out" "$root/tests/demo/scene.sh"
