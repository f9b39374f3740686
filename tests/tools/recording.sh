#!/usr/bin/env bash
# Makes the picture in the README: a real run of the demo as an animated SVG. Needs npm (Debian and Ubuntu: apt install npm).
# Usage: recording.sh OUT.svg
set -euo pipefail
out=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
command -v npm > /dev/null || { echo 'recording.sh: no npm found. On Debian and Ubuntu: apt install npm' >&2; exit 1; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --prefix "$scratch" svg-term-cli@2.1.1
python tests/tools/record.py "$scratch/demo.cast" tests/demo/run.sh
"$scratch/node_modules/.bin/svg-term" --in "$scratch/demo.cast" --out "$out" --window --no-cursor --padding 12
