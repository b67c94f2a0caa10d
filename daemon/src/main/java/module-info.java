/// Shared by all daemons: settings, log, metrics, and HTTP and WebSocket servers.
module dev.elastigres.daemon {
    requires transitive dev.elastigres.core;
    requires com.fasterxml.jackson.core;
    requires java.logging;
    requires org.tomlj;
    requires static transitive org.jspecify;

    exports dev.elastigres.daemon.cgroup;
    exports dev.elastigres.daemon.file;
    exports dev.elastigres.daemon.guard;
    exports dev.elastigres.daemon.http;
    exports dev.elastigres.daemon.local;
    exports dev.elastigres.daemon.log;
    exports dev.elastigres.daemon.metrics;
    exports dev.elastigres.daemon.service;
    exports dev.elastigres.daemon.settings;
    exports dev.elastigres.daemon.thread;
}
