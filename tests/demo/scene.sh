#!/usr/bin/env bash
# What the recording in the README shows: the task of the README, checked, run, and run again. Needs a login in the environment.
set -euo pipefail
export ANSIBLE_FORCE_COLOR=true ANSIBLE_DIFF_ALWAYS=false ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false
say() { # what for, and a command, run as it is shown
  printf '\033[90m# %s\033[0m\n\033[1m$ %s\033[0m\n' "$1" "${*:2}"
  "${@:2}"
}
say 'Look: reads, predicts, sends no stop' ansible-playbook stop.yml --check --diff
say 'Stop exactly that' ansible-playbook stop.yml
say 'Again: nothing left to do' ansible-playbook stop.yml
