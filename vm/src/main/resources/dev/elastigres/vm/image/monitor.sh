#!/bin/sh
# Becomes the loop that keeps the monitor running, out of the OOM killer's reach and as the monitor's
# user, so that nothing has to change users when the monitor has died.
. /usr/lib/elastigres/environment
[ -e /usr/bin/elastigres-monitor ] || exec sleep infinity
echo -1000 > /proc/self/oom_score_adj
# shellcheck disable=SC2086 # a list of words
exec $AS_MONITOR /usr/lib/elastigres/monitor-loop > /dev/console 2>&1
