#!/bin/sh
# Last things first: Postgres stops properly, then the disk is safe to leave.
. /usr/lib/elastigres/environment
touch "$STOPPING"
as_postgres pg_ctl stop --pgdata="$PGDATA" --mode=fast --wait --timeout=60 > /dev/console 2>&1 ||
    say "postgres did not stop in time"
swapoff -a
sync
