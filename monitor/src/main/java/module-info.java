/// vm-monitor, the daemon beside Postgres.
module dev.elastigres.monitor {
    requires transitive dev.elastigres.core;
    requires transitive dev.elastigres.daemon;
    requires transitive dev.elastigres.protocol;
    requires transitive java.sql;
    requires org.postgresql.jdbc;
    requires static org.checkerframework.checker.qual;
    requires static org.jspecify;

    exports dev.elastigres.monitor;
    exports dev.elastigres.monitor.watch;
    // The driver makes its socket factories by their names.
    exports dev.elastigres.monitor.postgres to
            org.postgresql.jdbc;
}
