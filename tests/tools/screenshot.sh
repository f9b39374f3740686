#!/usr/bin/env bash
# Makes a picture of an HTML page as a browser shows it. Needs Chromium (Debian and Ubuntu: apt install chromium).
# Usage: screenshot.sh IN.html OUT.png|OUT.pdf [light|dark] [WIDTHxHEIGHT]
set -euo pipefail

if [ $# -lt 2 ] || [ ! -r "${1:-}" ]; then
  sed -n '2,3s/^# //p' "$0" >&2
  exit 2
fi
page=$(realpath "$1") picture=$(realpath "$2") theme=${3:-light} size=${4:-1280x900}
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
  echo 'screenshot.sh: no Chromium found. On Debian and Ubuntu: apt install chromium' >&2
  exit 1
}

profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
flags=(
  --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
  --disable-component-update --disable-sync --hide-scrollbars "--user-data-dir=$profile"
)
case $picture in
  *.pdf) flags+=(--no-pdf-header-footer "--print-to-pdf=$picture") ;;
  *) flags+=("--window-size=${size/x/,}" --force-device-scale-factor=2 "--screenshot=$picture") ;;
esac
[ "$theme" = light ] || flags+=('--blink-settings=preferredColorScheme=0')

rm -f "$picture"
"$browser" "${flags[@]}" "file://$page" > "$profile/log" 2>&1 || true
[ -s "$picture" ] || { cat "$profile/log" >&2; exit 1; }
