#!/bin/sh
# Finishes the image from inside, once, while it is built: what has to be made by the programs and
# under the users that the guest itself has.
set -e
. /usr/lib/elastigres/environment
depmod
install -d -o postgres -g postgres -m 0700 /var/lib/postgresql "$PGDATA"
install -d -o postgres -g postgres -m 0755 /var/log/postgresql
cd /
as_postgres initdb --pgdata="$PGDATA" --username=postgres --encoding=UTF8 --locale=C.UTF-8 \
    --auth-local=trust --auth-host=scram-sha-256 --data-checksums --no-instructions > /dev/console
cat /etc/elastigres/postgresql.conf >> "$PGDATA/postgresql.conf"
as_postgres cp /etc/elastigres/pg_hba.conf "$PGDATA/pg_hba.conf"
fallocate -l 512M /swap
chmod 0600 /swap
mkswap /swap > /dev/null
[ ! -e /usr/bin/elastigres-monitor ] || /usr/lib/elastigres/monitor-setup
