/// The developer's `elastigres` command, with demos, benchmarks, cluster and packages.
module dev.elastigres.app {
    requires dev.elastigres.bench;
    requires dev.elastigres.cli;
    requires dev.elastigres.cluster;
    requires dev.elastigres.demo;
    requires dev.elastigres.distribution;
    requires info.picocli;
    requires static org.jspecify;
}
