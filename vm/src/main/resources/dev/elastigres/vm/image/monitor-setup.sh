#!/bin/sh
# Gives the monitor its role in the database, and runs it once, for a cache of the classes that it
# needs: with it, it starts several times as fast and takes less memory.
set -e
. /usr/lib/elastigres/environment
as_postgres pg_ctl start --pgdata="$PGDATA" --wait --timeout=60 --log=/dev/null > /dev/null
psql --quiet --set=ON_ERROR_STOP=1 --file=/etc/elastigres/monitor-role.sql
fresh=/var/tmp/monitor
install -d /var/tmp
install -d -o elastigres -m 0700 "$fresh"
/usr/lib/elastigres/monitor-run "-XX:AOTCacheOutput=$fresh/cache" > /dev/console 2>&1 &
monitor=$!
/usr/lib/elastigres/monitor-rehearsal
kill "$monitor"
wait "$monitor"
as_postgres pg_ctl stop --pgdata="$PGDATA" --mode=fast --wait > /dev/null
install -m 0644 "$fresh/cache" "$MONITOR_CACHE"
rm -r "$fresh"
