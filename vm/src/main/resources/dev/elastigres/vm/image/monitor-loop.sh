#!/bin/sh
# Keeps the monitor running. It is back at once after its death; only one that keeps dying young has
# to wait, longer and longer.
. /usr/lib/elastigres/environment
pause=0
while [ ! -e "$STOPPING" ]; do
    read -r began _ < /proc/uptime
    (. /usr/lib/elastigres/monitor-run)
    code=$?
    read -r ended _ < /proc/uptime
    [ -e "$STOPPING" ] || echo "elastigres: the monitor ended with code $code; starting it again"
    if [ $((${ended%.*} - ${began%.*})) -ge 30 ]; then pause=0; fi
    [ $pause = 0 ] || sleep $pause
    pause=$((pause < 8 ? pause + pause + 1 : pause))
done
exec sleep infinity
