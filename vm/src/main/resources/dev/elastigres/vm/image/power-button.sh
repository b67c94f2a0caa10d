#!/bin/sh
# Turns ACPI's power button into an orderly end.
echo -1000 > /proc/self/oom_score_adj
exec busybox acpid -d -l /dev/null -p /run/acpid.pid
