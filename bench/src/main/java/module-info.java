/// All benchmarks.
module dev.elastigres.bench {
    requires dev.elastigres.agent;
    requires dev.elastigres.cluster;
    requires dev.elastigres.core;
    requires dev.elastigres.daemon;
    requires dev.elastigres.distribution;
    requires dev.elastigres.harness;
    requires dev.elastigres.host;
    requires dev.elastigres.kubernetes;
    requires dev.elastigres.monitor;
    requires dev.elastigres.protocol;
    requires dev.elastigres.scheduler;
    requires dev.elastigres.testbed;
    requires dev.elastigres.vm;
    requires info.picocli;
    requires java.management;
    requires java.net.http;
    requires java.sql;
    requires jdk.management;
    requires org.postgresql.jdbc;
    requires static org.jspecify;

    exports dev.elastigres.bench;

    opens dev.elastigres.bench to
            info.picocli;
    opens dev.elastigres.bench.footprint to
            info.picocli;
    opens dev.elastigres.bench.measure to
            info.picocli;
    opens dev.elastigres.bench.scale to
            info.picocli;
    opens dev.elastigres.bench.soak to
            info.picocli;
}
