#!/bin/sh
# Lets every judge read every run: judge-runs.sh RUN_FOLDER...   (after setup-judges.sh; `sums.json` in a run is compared, if there)
# Exit status 1 when one failed; what is not installed says SKIP.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${FAISCEAU_PYTHON:-$root/.venv/bin/python}
status=0
for run in "$@"; do
    echo "== $run"
    sums=
    [ ! -f "$run/sums.json" ] || sums="--sums $run/sums.json"
    # shellcheck disable=SC2086  # nothing, or a flag and a file
    "$python" "$here/judge_readers.py" "$run" $sums || status=1
    # dxtbx belongs to Debian's Python, not to the one of the project.
    # shellcheck disable=SC2086
    /usr/bin/python3 "$here/judge_dials.py" "$run" $sums || status=1
    # shellcheck disable=SC2086
    "$python" "$here/judge_neggia.py" "$run" --library "$root/.build-judges/dectris-neggia.so" $sums || status=1
done
exit $status
