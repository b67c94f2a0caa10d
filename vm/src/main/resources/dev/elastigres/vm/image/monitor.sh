#!/bin/sh
# Keeps the monitor running, when the image has one, out of the OOM killer's reach. It is back at
# once after its death; only one that keeps dying young has to wait, longer and longer.
. /usr/lib/elastigres/environment
echo -1000 > /proc/self/oom_score_adj
pause=0
while [ -e /usr/bin/elastigres-monitor ] && [ ! -e "$STOPPING" ]; do
    read -r began _ < /proc/uptime
    /usr/lib/elastigres/monitor-run > /dev/console 2>&1
    code=$?
    read -r ended _ < /proc/uptime
    [ -e "$STOPPING" ] || say "the monitor ended with code $code; starting it again"
    if [ $((${ended%.*} - ${began%.*})) -ge 30 ]; then pause=0; fi
    sleep $pause
    pause=$((pause < 8 ? pause + pause + 1 : pause))
done
exec sleep infinity
