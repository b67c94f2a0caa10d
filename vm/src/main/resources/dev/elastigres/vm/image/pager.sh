#!/bin/sh
# What Debian's psql shows long results with, unless PAGER says otherwise.
exec less "$@"
