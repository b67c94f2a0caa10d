/// What every daemon has: settings, log, and an HTTP and WebSocket edge.
module dev.elastigres.daemon {
    requires transitive dev.elastigres.core;
    requires com.fasterxml.jackson.core;
    requires org.tomlj;
    requires static org.jspecify;
}
