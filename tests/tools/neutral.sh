#!/usr/bin/env bash
# Checks that the repository contains no path of a developer's machine, no package registry, and no document that is not in it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Each pattern has a bracket, so that it does not match itself.
patterns='(^|[^[:alnum:]._-])/(wor[k]|roo[t]|far[m])/'
patterns+='|/tmp/bas[h]|/opt/pyp[i]'
patterns+='|pyp[i]\.org|pythonhoste[d]\.org|npmj[s]\.(org|com)|crate[s]\.io|galaxy\.ansibl[e]\.com|index-ur[l]'

# Exit code 1 means "nothing found"; a higher one means that the search failed.
search() {
  local code=0
  git grep --no-index --exclude-standard -I "$@" | cut -c1-300 || code=$?
  [ "$code" -le 1 ] || exit "$code"
}

bad=0
lines=$(search -nE -e "$patterns" -- .)
if [ -n "$lines" ]; then
  printf '%s\n' "$lines" 'These lines name a machine or a registry.' >&2
  bad=1
fi
names=$(search -ohE -e '\b[A-Z]{3,}\.(md|rst)\b' -- . | sort -u)
while read -r name; do
  if [ -n "$name" ] && [ -z "$(find . -name '.?*' -prune -o -name "$name" -print -quit)" ]; then
    search -nF -e "$name" -- . >&2
    echo "$name is named but is not here." >&2
    bad=1
  fi
done <<< "$names"
exit "$bad"
