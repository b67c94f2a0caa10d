#!/bin/sh
# Becomes the monitor, with the runtime that it came with and the flags that its cache was made with.
here=$(readlink -f "$0")
here=${here%/bin/*}/lib/elastigres-monitor
# One arena: a small process gains nothing by more.
export MALLOC_ARENA_MAX=1
classpath=
for jar in "$here"/lib/*.jar; do classpath=$classpath:$jar; done
exec "$here/runtime/bin/java" "@$here/java.options" "-XX:AOTCache=$here/classes.aot" \
    -cp "${classpath#:}" dev.elastigres.monitor.Main "$@"
