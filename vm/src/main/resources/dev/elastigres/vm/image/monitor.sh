#!/bin/sh
# Keeps the monitor running, when the image has one, out of the OOM killer's reach.
. /usr/lib/elastigres/environment
echo -1000 > /proc/self/oom_score_adj
while [ -e "$MONITOR_RUNTIME" ] && [ ! -e "$STOPPING" ]; do
    /usr/lib/elastigres/monitor-run "-XX:AOTCache=$MONITOR_CACHE" > /dev/console 2>&1
    code=$?
    [ -e "$STOPPING" ] || say "the monitor ended with code $code; starting it again"
    sleep 0.1
done
exec sleep infinity
