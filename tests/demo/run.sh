#!/usr/bin/env bash
# Shows the collection on a simulated project: one task in check mode, for real, and again; then plan, apply and verify for the whole
# project, with one refusal. What is printed is what ansible-playbook prints. Plan and report stay in build/demo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
root=$(cd ../.. && pwd)
results=build/demo

scratch=$(mktemp -d)
rm -rf "${root:?}/$results" && mkdir -p "$root/$results"
simulator_pid=
clean_up() {
  [ -z "$simulator_pid" ] || kill "$simulator_pid" 2> /dev/null || true
  wait 2> /dev/null || true
  rm -rf "$scratch"
}
trap clean_up EXIT

(cd "$root" && exec python -m tests.simulator --ready-file "$scratch/ready.json") > "$scratch/simulator.log" 2>&1 &
simulator_pid=$!
for _ in $(seq 100); do
  [ ! -s "$scratch/ready.json" ] || break
  sleep 0.1
done
# The lines that `make simulator` prints for everybody's shell
grep -E '^(unset|export) ' "$scratch/simulator.log" > "$scratch/environment" || { cat "$scratch/simulator.log" >&2; exit 1; }
# shellcheck disable=SC1091
. "$scratch/environment"

export ANSIBLE_HOME="$scratch/home" ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false
gray='' bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  export ANSIBLE_FORCE_COLOR=true
  gray=$'\033[90m' bold=$'\033[1m' plain=$'\033[0m'
fi
play() { # what for, expected exit code, arguments of ansible-playbook
  local code=0
  printf '\n%s# %s%s\n%s$ ansible-playbook %s%s\n' "$gray" "$1" "$plain" "$bold" "${*:3}" "$plain"
  (cd "$root/$results" && ansible-playbook "${@:3}") 2>&1 | tee "$scratch/last.log" | grep -v '^$' || code=${PIPESTATUS[0]}
  [ "$code" -eq "$2" ] || { echo "demo: exit code $code" >&2; exit 1; }
}
writes() { # requests that would change something, as the simulator's journal counts them
  python -c 'import json, sys, urllib.request
journal = json.load(urllib.request.urlopen(sys.argv[1] + "/_simulator/journal"))
print(sum(entry["operation"] in ("stop", "batch_stop") for entry in journal))' "$SIMULATOR"
}
expect() { # words, what must be true
  if [ "$2" != "$3" ]; then
    echo "demo: expected $1 to be $3, found $2" >&2
    exit 1
  fi
}
cp stop.yml project.yml "$root/$results"

play 'One task. First a look: it reads, predicts, and sends no stop' 0 stop.yml --check --diff
expect 'stops sent in check mode' "$(writes)" 0
play 'Stop that' 0 stop.yml
sent=$(writes)
play 'The same again: nothing left to do' 0 stop.yml
grep -q 'changed=0 .*failed=0' <(sed 's/\x1b\[[0-9;]*m//g' "$scratch/last.log") || { echo 'demo: the second run was expected to change nothing' >&2; exit 1; }
expect 'stops sent by the second run' "$(($(writes) - sent))" 0

python meanwhile.py "$SIMULATOR" "$root/tests/simulator/scenarios/demo.yml"
play 'The whole project, as it was in the beginning: make a plan' 0 otc.teardown.plan -e @project.yml
expect 'stops sent by the plan' "$(writes)" 0
python meanwhile.py "$SIMULATOR"
play 'Meanwhile one job has ended, one is new, one was started again. Nobody has confirmed the plan: refused' 2 \
  otc.teardown.apply -e @project.yml
expect 'stops sent without a confirmation' "$(writes)" 0
play 'Apply what was reviewed, and nothing else' 0 otc.teardown.apply -e @project.yml -e teardown_confirm=eu-de
play 'Does anything still cost money?' 0 otc.teardown.verify -e @project.yml

printf '\n%sDone. %s requests have stopped jobs; the check, the plan and the refused run sent none.%s\n\n' "$bold" "$(writes)" "$plain"
printf '  %-9s %s\n' \
  'Open' "$results/teardown_report/index.html, which leads to the page of each run" \
  'Try' 'make simulator: the same cloud for your own playbooks, see docs/rehearse.md' \
  'Clean up' 'make clean'
