/// Runs the daemons as separate processes and reads their pages, for demos, benchmarks and
/// packages.
module dev.elastigres.harness {
    requires transitive dev.elastigres.agent;
    requires transitive dev.elastigres.core;
    requires transitive dev.elastigres.daemon;
    requires transitive dev.elastigres.protocol;
    requires dev.elastigres.testbed;
    requires transitive java.net.http;
    requires static org.jspecify;

    exports dev.elastigres.harness;
}
