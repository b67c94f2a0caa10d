#!/bin/sh
# Runs the server on the database in PGDATA. Where there is none it is made first, with the superuser's password from
# POSTGRES_PASSWORD, as in the official image. Arguments go to the server.
set -eu
ours=/usr/share/elastigres
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    if [ -z "${POSTGRES_PASSWORD:-}" ]; then
        echo "no database in $PGDATA; a new one needs POSTGRES_PASSWORD" >&2
        exit 1
    fi
    umask 077
    password=$(mktemp)
    printf '%s\n' "$POSTGRES_PASSWORD" > "$password"
    initdb --pgdata="$PGDATA" --username=postgres --pwfile="$password" --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions
    rm "$password"
    cat "$ours/postgresql.conf" >> "$PGDATA/postgresql.conf"
    cat "$ours/pg_hba.conf" > "$PGDATA/pg_hba.conf"
fi
unset POSTGRES_PASSWORD
exec postgres -D "$PGDATA" "$@"
