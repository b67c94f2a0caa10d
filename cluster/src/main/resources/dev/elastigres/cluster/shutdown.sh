#!/bin/sh
# Containers end with the machine; the disk is safe to leave.
. /usr/lib/elastigres/environment
touch "$STOPPING"
sync
