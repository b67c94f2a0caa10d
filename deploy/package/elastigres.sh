#!/bin/sh
# Runs elastigres with the Java runtime beside it and the options that its class cache was made with.
here=$0
# An absolute path needs no other process, which an emulated machine would notice.
case $here in
    /*/bin/*) [ ! -L "$here" ] || here=$(readlink -f "$here") ;;
    *) here=$(readlink -f "$here") ;;
esac
here=${here%/bin/*}/lib/elastigres
export MALLOC_ARENA_MAX=1
# The class cache refers to the jars by this path, which is valid wherever the folder is.
exec 9< "$here/lib"
classpath=
for jar in "$here"/lib/*.jar; do classpath=$classpath:/proc/self/fd/9/${jar##*/}; done
# A monitor beside Postgres is kept small.
memory=
[ "${1:-}" != monitor ] || memory=-Xmx32m
# A package for another architecture than that of the machine that made it has no class cache.
classes=
[ ! -f "$here/classes.aot" ] || classes=-XX:AOTCache=$here/classes.aot
exec "$here/runtime/bin/java" "@$here/java.options" ${classes:+"$classes"} $memory \
    "-Delastigres.home=$here" -cp "${classpath#:}" dev.elastigres.cli.Main "$@"
