#!/bin/sh
# Runs a carenet command with the environment file, as the user carenet: deploy/manage.sh check_books
set -eu
set -a
. "${CARENET_ENV:-/etc/carenet/carenet.env}"
set +a
cd "$(dirname "$0")/.."
if [ "$(id -u)" = 0 ]; then
    exec setpriv --reuid=carenet --regid=carenet --init-groups .venv/bin/python manage.py "$@"
fi
exec .venv/bin/python manage.py "$@"
