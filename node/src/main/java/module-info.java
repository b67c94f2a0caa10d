/// The daemons of a cluster as one program, for the container image.
module dev.elastigres.node {
    requires dev.elastigres.agent;
    requires dev.elastigres.controller;
    requires dev.elastigres.core;
    requires dev.elastigres.daemon;
    requires dev.elastigres.kubernetes;
    requires dev.elastigres.monitor;
    requires transitive dev.elastigres.protocol;
    requires dev.elastigres.reclaimer;
    requires transitive info.picocli;
    requires java.net.http;
    requires static org.jspecify;

    exports dev.elastigres.node;

    opens dev.elastigres.node to
            info.picocli;
}
