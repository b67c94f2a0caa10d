#!/bin/sh
# Debian's own link to it is made by a maintainer script.
exec /usr/sbin/xtables-nft-multi iptables "$@"
