#!/usr/bin/env bash
# Shows the main job on a simulated project: what is there, what would be stopped, the stop, and the second run.
# Then the same project is torn down by a plan. The report stays in build/demo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
root=$(cd ../.. && pwd)

scratch=$(mktemp -d)
results=$root/build/demo
rm -rf "$results" && mkdir -p "$results"
simulator_pid=
clean_up() {
  [ -z "$simulator_pid" ] || kill "$simulator_pid" 2> /dev/null || true
  wait 2> /dev/null || true
  rm -rf "$scratch"
}
trap clean_up EXIT

(cd "$root" && exec python -m tests.simulator --scenario tests/simulator/scenarios/demo.yml \
  --ready-file "$scratch/ready.json") > "$scratch/simulator.log" 2>&1 &
simulator_pid=$!
for _ in $(seq 100); do
  [ ! -s "$scratch/ready.json" ] || break
  sleep 0.1
done
url=$(python -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"])' "$scratch/ready.json") || {
  cat "$scratch/simulator.log" >&2
  exit 1
}

export ANSIBLE_CALLBACK_RESULT_FORMAT=yaml ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false
play() { # title, arguments of ansible-playbook
  printf '\n######## %s\n' "$1"
  ansible-playbook -e "simulator=$url" "${@:2}" | tee "$scratch/last.log" | grep -v '^$'
}
writes() { # requests that would change something, as the simulator's journal counts them
  python -c 'import json, sys, urllib.request
journal = json.load(urllib.request.urlopen(sys.argv[1] + "/_simulator/journal"))
print(sum(entry["operation"] in ("stop", "batch_stop") for entry in journal))' "$url"
}
expect() { # words, what must be true
  if [ "$2" != "$3" ]; then
    echo "demo: expected $1 to be $3, found $2" >&2
    exit 1
  fi
}

play '1. What is there, and what would be stopped? (--check --diff sends nothing that changes a job)' \
  show.yml stop.yml --check --diff
expect 'stops sent in check mode' "$(writes)" 0
play '2. Stop it' stop.yml
sent=$(writes)
play '3. The same again: nothing left to do' stop.yml
grep -q 'changed=0 .*failed=0' "$scratch/last.log" || { echo 'demo: the second run was expected to change nothing' >&2; exit 1; }
expect 'stops sent by the second run' "$(($(writes) - sent))" 0

printf '\nDone: %s stops were sent by the first run, none by the check and none by the second run.\n' "$sent"

teardown() { # title, mode, further arguments
  printf '\n######## %s\n' "$1"
  ansible-playbook teardown.yml -e "simulator=$url teardown_mode=$2 teardown_plan_file=$results/plan.json" \
    -e "teardown_report_dir=$results/report" "${@:3}" > "$scratch/last.log" 2>&1 || { cat "$scratch/last.log"; exit 1; }
  python tell.py "$results/report/$2.json"
  grep 'changed=' "$scratch/last.log"
}

python meanwhile.py "$url" "$root/tests/simulator/scenarios/demo.yml"
teardown '4. Plan a teardown of the project as it was in the beginning' plan
expect 'stops sent by the plan' "$(writes)" 0
python meanwhile.py "$url"
teardown '5. Meanwhile one job ended, one is new, one was started again. Apply what was reviewed, and nothing else' apply -e teardown_confirm=eu-de
teardown '6. Verify that it has ended' verify

printf '\nDone: the plan was carried out with %s requests that stop jobs. The report: %s\n' "$(writes)" "${results#"$root"/}/report/apply.html"
