/// The Debian package, the container image, and their SBOMs.
module dev.elastigres.distribution {
    requires dev.elastigres.agent;
    requires dev.elastigres.cli;
    requires dev.elastigres.core;
    requires dev.elastigres.daemon;
    requires dev.elastigres.harness;
    requires dev.elastigres.host;
    requires dev.elastigres.kubernetes;
    requires dev.elastigres.monitor;
    requires dev.elastigres.node;
    requires dev.elastigres.protocol;
    requires dev.elastigres.reclaimer;
    requires dev.elastigres.testbed;
    requires transitive dev.elastigres.vm;
    requires info.picocli;
    requires org.apache.commons.compress;
    requires static org.jspecify;

    exports dev.elastigres.distribution;

    opens dev.elastigres.distribution to
            info.picocli;

    provides dev.elastigres.vm.image.MonitorPackager with
            dev.elastigres.distribution.GuestPackager;
}
