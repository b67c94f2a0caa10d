#!/bin/sh
# Keeps Postgres running in its cgroup. The kernel may kill a backend that eats too much, never the
# postmaster: losing that one would cut off every session.
. /usr/lib/elastigres/environment
echo -1000 > /proc/self/oom_score_adj
while [ ! -e "$STOPPING" ]; do
    mkdir -p "$CGROUP"
    # The monitor has the kernel tell it when tasks wait for memory.
    [ ! -e /usr/bin/elastigres-monitor ] || chown elastigres "$CGROUP/memory.pressure"
    # A postmaster that was killed leaves backends behind; a new one refuses to start beside them.
    echo 1 > "$CGROUP/cgroup.kill"
    while [ -s "$CGROUP/cgroup.procs" ] && [ -n "$(cat "$CGROUP/cgroup.procs")" ]; do
        sleep 0.05
    done
    (
        sh -c 'echo $PPID' > "$CGROUP/cgroup.procs"
        cd /
        exec setpriv --reuid postgres --regid postgres --init-groups \
            env PG_OOM_ADJUST_FILE=/proc/self/oom_score_adj PG_OOM_ADJUST_VALUE=0 \
            postgres -D "$PGDATA" > /dev/console 2>&1
    )
    code=$?
    [ -e "$STOPPING" ] || say "postgres ended with code $code; starting it again"
    sleep 0.2
done
exec sleep infinity
