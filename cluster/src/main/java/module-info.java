/// A temporary Kubernetes cluster with its nodes in virtual machines.
module dev.elastigres.cluster {
    requires transitive dev.elastigres.agent;
    requires dev.elastigres.core;
    requires dev.elastigres.daemon;
    requires transitive dev.elastigres.distribution;
    requires transitive dev.elastigres.harness;
    requires dev.elastigres.host;
    requires dev.elastigres.protocol;
    requires transitive dev.elastigres.testbed;
    requires transitive dev.elastigres.vm;
    requires transitive info.picocli;
    requires org.apache.commons.compress;
    requires static org.jspecify;

    exports dev.elastigres.cluster;

    opens dev.elastigres.cluster to
            info.picocli;
}
