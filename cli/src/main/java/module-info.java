/// The elastigres command, the demo and the benchmarks.
module dev.elastigres.cli {
    requires dev.elastigres.agent;
    requires dev.elastigres.core;
    requires dev.elastigres.daemon;
    requires dev.elastigres.kubernetes;
    requires dev.elastigres.monitor;
    requires dev.elastigres.protocol;
    requires dev.elastigres.simulation;
    requires dev.elastigres.testbed;
    requires dev.elastigres.vm;
    requires info.picocli;
    requires java.management;
    requires java.net.http;
    requires java.sql;
    requires jdk.management;
    requires org.apache.commons.compress;
    requires org.postgresql.jdbc;
    requires static org.jspecify;

    opens dev.elastigres.cli to
            info.picocli;
    opens dev.elastigres.cli.agent to
            info.picocli;
    opens dev.elastigres.cli.bench to
            info.picocli;
    opens dev.elastigres.cli.cluster to
            info.picocli;
    opens dev.elastigres.cli.demo to
            info.picocli;
    opens dev.elastigres.cli.footprint to
            info.picocli;
    opens dev.elastigres.cli.measure to
            info.picocli;
    opens dev.elastigres.cli.pack to
            info.picocli;
    opens dev.elastigres.cli.recommend to
            info.picocli;
    opens dev.elastigres.cli.rules to
            info.picocli;
    opens dev.elastigres.cli.scale to
            info.picocli;
    opens dev.elastigres.cli.simulate to
            info.picocli;
    opens dev.elastigres.cli.soak to
            info.picocli;
    opens dev.elastigres.cli.vm to
            info.picocli;

    provides dev.elastigres.vm.image.MonitorPackager with
            dev.elastigres.cli.pack.GuestPackager;
}
