# What every script of the guest shares.
. /etc/elastigres/versions
export PATH="/usr/lib/postgresql/$POSTGRES_VERSION/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
export PGHOST=/run/postgresql PGUSER=postgres PGDATABASE=postgres
export LANG=C.UTF-8 LC_ALL=C.UTF-8
CGROUP=/sys/fs/cgroup/neon-postgres
PGDATA=/var/lib/postgresql/data
STOPPING=/run/elastigres/stopping
AS_MONITOR="setpriv --reuid elastigres --regid elastigres --clear-groups"

as_postgres() {
    setpriv --reuid postgres --regid postgres --init-groups "$@"
}

say() {
    echo "elastigres: $*" > /dev/console
}

# The value of `elastigres.$1=` on the kernel's command line, or nothing.
setting() {
    for word in $(cat /proc/cmdline); do
        case "$word" in "elastigres.$1="*) echo "${word#*=}" ;; esac
    done
}
