#!/bin/sh
# Run once by the postgres image when its data folder is new.
exec psql -U "${POSTGRES_USER:-postgres}" -v owner_password="$OWNER_PASSWORD" -v app_password="$APP_PASSWORD" \
    -v database=carenet -f /carenet/bootstrap.sql
