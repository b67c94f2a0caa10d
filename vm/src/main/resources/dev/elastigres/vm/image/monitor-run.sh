#!/bin/sh
# Becomes the monitor, as its package installs it; its user has it already. The arguments are flags,
# which are stronger than the settings here. They are variables because a file of settings takes an
# emulated guest a second to read.
export NO_COLOR=1
# Agents come from outside, and Postgres is where the image has it.
export ELASTIGRES_ADDR=0.0.0.0:10301 ELASTIGRES_CGROUP=neon-postgres
export ELASTIGRES_PGCONNSTR='host=/run/postgresql user=elastigres dbname=postgres'
# CPUs can be switched from inside, too.
export ELASTIGRES_CPU_ADDR=127.0.0.1:10302
exec /usr/bin/elastigres-monitor "$@"
