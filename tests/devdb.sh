#!/bin/sh
# A migrated database of your own on the development cluster: `. /tmp/dev.env; eval "$(tests/devdb.sh dev_name)"`.
set -eu
name="$1"
cd "$(dirname "$0")/.."
.venv/bin/python - "$name" <<'PY'
import sys
import django
django.setup()
from tests import clones
name = sys.argv[1]
connection = clones.superuser()
with connection.cursor() as cursor:
    cursor.execute("select 1 from pg_database where datname = %s", [name])
    if cursor.fetchone() is None:
        cursor.execute(f"create database {name} owner carenet_owner template {clones.template()}")
print(f"export DATABASE_URL={clones.url('carenet_app', name)} DATABASE_OWNER_URL={clones.url('carenet_owner', name)}")
PY
