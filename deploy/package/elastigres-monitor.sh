#!/bin/sh
# Becomes the monitor, with the runtime that it came with and the flags that its cache was made with.
here=$0
# Nothing is started for a name that is whole already: an emulated guest feels each process.
case $here in
    /*/bin/*) [ ! -L "$here" ] || here=$(readlink -f "$here") ;;
    *) here=$(readlink -f "$here") ;;
esac
here=${here%/bin/*}/lib/elastigres-monitor
# One arena: a small process gains nothing by more.
export MALLOC_ARENA_MAX=1
# The cache of classes knows the jars by a name that is right wherever this folder is.
exec 9< "$here/lib"
classpath=
for jar in "$here"/lib/*.jar; do classpath=$classpath:/proc/self/fd/9/${jar##*/}; done
exec "$here/runtime/bin/java" "@$here/java.options" "-XX:AOTCache=$here/classes.aot" \
    -cp "${classpath#:}" dev.elastigres.monitor.Main "$@"
