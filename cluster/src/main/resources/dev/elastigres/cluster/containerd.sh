#!/bin/sh
. /usr/lib/elastigres/environment
exec containerd >> /var/log/containerd.log 2>&1
