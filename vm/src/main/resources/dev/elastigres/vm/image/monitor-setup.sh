#!/bin/sh
# Finishes the installation of the monitor's package as dpkg would, gives it its role in the database,
# and runs it once, to see that it does.
set -e
. /usr/lib/elastigres/environment
/var/lib/dpkg/info/elastigres-monitor.postinst configure > /dev/console 2>&1
as_postgres pg_ctl start --pgdata="$PGDATA" --wait --timeout=60 --log=/dev/null > /dev/null
psql --quiet --set=ON_ERROR_STOP=1 --file=/usr/share/doc/elastigres-monitor/monitor-role.sql
# shellcheck disable=SC2086 # a list of words
$AS_MONITOR /usr/lib/elastigres/monitor-run > /dev/console 2>&1 &
monitor=$!
timeout 120 sh -c 'until wget -q -O /dev/null http://127.0.0.1:10301/readyz; do sleep 0.1; done' 2> /dev/null ||
    { say "the monitor was not ready in time"; exit 1; }
# One that does not fit is ignored, and the monitor starts several times more slowly.
grep -q /usr/lib/elastigres-monitor/classes.aot "/proc/$monitor/maps" ||
    { say "the monitor does not use its cache of classes"; exit 1; }
kill "$monitor"
wait "$monitor"
as_postgres pg_ctl stop --pgdata="$PGDATA" --mode=fast --wait > /dev/null
