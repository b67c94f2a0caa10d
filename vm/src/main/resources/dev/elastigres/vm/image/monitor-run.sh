#!/bin/sh
# Becomes the monitor. The arguments are options of java beyond those that it always has; these,
# and the paths, have to be the same for the run that makes its cache and those that use it.
# MONITOR_ADDRESS in the environment is where it listens, if not where it always does.
# Reasons: docs/decisions, "The monitor's runtime in the image".
. /usr/lib/elastigres/environment
export MALLOC_ARENA_MAX=1 NO_COLOR=1
cd /
exec setpriv --reuid elastigres --regid elastigres --clear-groups "$MONITOR_RUNTIME/bin/java" \
    -XX:+UseSerialGC -Xmx16m -Xmn1m -Xss256k -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=10 \
    -XX:ReservedCodeCacheSize=16m -XX:-UsePerfData -XX:+UseCompactObjectHeaders \
    -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -XX:-AOTReplayTraining \
    -XX:TrimNativeHeapInterval=5000 -XX:+ExitOnOutOfMemoryError "$@" \
    --enable-native-access=dev.elastigres.monitor \
    -p /opt/elastigres/lib -m dev.elastigres.monitor/dev.elastigres.monitor.Main \
    --addr "${MONITOR_ADDRESS:-0.0.0.0:10301}" --cgroup neon-postgres \
    --pgconnstr 'host=/run/postgresql user=elastigres dbname=postgres'
