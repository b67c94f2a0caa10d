/// vm-monitor, the daemon beside Postgres.
module dev.elastigres.monitor {
    requires dev.elastigres.core;
    requires dev.elastigres.daemon;
    requires dev.elastigres.protocol;
    requires java.sql;
    requires org.postgresql.jdbc;
    requires static org.jspecify;
}
