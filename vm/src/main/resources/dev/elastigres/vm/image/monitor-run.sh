#!/bin/sh
# Becomes the monitor, as its package installs it and as its package's user. The arguments are flags
# that go before its settings.
export NO_COLOR=1
exec setpriv --reuid elastigres --regid elastigres --clear-groups \
    /usr/bin/elastigres-monitor --config /etc/elastigres/monitor.conf "$@"
