/// Converts messages to JSON and back, and handles protocol versions.
module dev.elastigres.protocol {
    requires transitive dev.elastigres.core;
    requires transitive com.fasterxml.jackson.core;
    requires static org.jspecify;

    exports dev.elastigres.protocol.json;
    exports dev.elastigres.protocol.metrics;
    exports dev.elastigres.protocol.monitor;
    exports dev.elastigres.protocol.pods;
    exports dev.elastigres.protocol.reclaim;
    exports dev.elastigres.protocol.recommend;
    exports dev.elastigres.protocol.scheduler;
}
