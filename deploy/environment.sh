#!/bin/sh
# Finds a Python that carenet runs on and makes .venv with it: deploy/environment.sh run|dev
set -eu
cd "$(dirname "$0")/.."

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

if [ -n "${PYTHON:-}" ]; then
    fits "$PYTHON" || {
        echo "carenet: PYTHON=$PYTHON is not a working Python 3.11, 3.12 or 3.13: name another one." >&2
        exit 1
    }
    exec "$PYTHON" -I deploy/environment.py "$@"
fi
for name in python3.11 python3.12 python3.13 python3 python; do
    if fits "$name"; then
        exec "$name" -I deploy/environment.py "$@"
    fi
done
found=$(python3 -V 2>/dev/null || echo "none")
echo "carenet: Python 3.11, 3.12 or 3.13 is needed (found: $found): install one, or name it with make PYTHON=/path/to/python3.11." >&2
exit 1
