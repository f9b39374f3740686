#!/usr/bin/env bash
# Runs ansible-test on a copy of this checkout in a folder that it accepts: sanity|units|integration|coverage [arguments]
# Set TREE to a folder outside the checkout to keep the copy and its tests/output.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if [ -z "${TREE:-}" ]; then
  TREE=$(mktemp -d)
  trap 'rm -rf "$TREE"' EXIT
fi
dest=$TREE/ansible_collections/otc/teardown
mkdir -p "$dest/tests"
# In a folder that git ignores, ansible-test would skip every file and still succeed.
if git -C "$dest" rev-parse --is-inside-work-tree > /dev/null 2>&1; then
  echo "$TREE lies inside a git repository: set TMPDIR or TREE to a folder outside" >&2
  exit 2
fi
find "$dest" "$dest/tests" -mindepth 1 -maxdepth 1 ! -name tests ! -name output -exec rm -rf {} +

files() {
  if git -C "$root" rev-parse > /dev/null 2>&1; then
    git ls-files -coz --exclude-standard
  else
    find . \( -name .venv -o -name build -o -name dist -o -name output -o -name __pycache__ -o -name '.*_cache' \) -prune \
      -o -type f -print0
  fi
}
(cd "$root" && files | tar -c --null -T - --ignore-failed-read) | tar -x -C "$dest"

# ansible-test downloads get-pip.py from its own host; the pip of Python is enough at first.
package=$(python -c 'import ansible_test, os; print(os.path.dirname(ansible_test.__file__))')
cache=~/.ansible/test/cache
mkdir -p "$cache"
grep -oE "\bpip='[0-9.]+" "$package/_internal/python_requirements.py" | cut -d "'" -f 2 | while read -r version; do
  stand_in=$cache/get_pip_${version//./_}.py
  [ -e "$stand_in" ] || cat > "$stand_in" << 'PY'
import subprocess
import sys
py = [sys.executable, "-m"]
subprocess.check_call(py + ["ensurepip", "--default-pip"], stdout=subprocess.DEVNULL)
args = [a for a in sys.argv[1:] if a not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.call(py + ["pip", "install", "-q"] + args))
PY
done

# Real interpreters only: a pyenv shim exists also for a version that is not selected, and fails.
path=$(dirname "$(command -v ansible-test)")
if pyenv=$(pyenv root 2> /dev/null); then
  for bin in "$pyenv"/versions/3.*/bin; do path=$path:$bin; done
fi
PATH=$path:$(tr : '\n' <<< "$PATH" | grep -v '/shims/*$' | paste -sd : -)
export PATH

cd "$dest"
log=$TREE/log
ansible-test "$@" 2>&1 | tee "$log"
if grep -q 'All targets skipped' "$log"; then
  echo "ansible-test looked at nothing" >&2
  exit 1
fi
