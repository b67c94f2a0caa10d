/// The elastigres command.
module dev.elastigres.cli {
    requires dev.elastigres.agent;
    requires dev.elastigres.core;
    requires dev.elastigres.daemon;
    requires dev.elastigres.host;
    requires dev.elastigres.inspect;
    requires dev.elastigres.node;
    requires dev.elastigres.platform.vm;
    requires dev.elastigres.protocol;
    requires dev.elastigres.scheduler;
    requires dev.elastigres.simulation;
    requires dev.elastigres.vm;
    requires transitive info.picocli;
    requires java.net.http;
    requires static org.jspecify;

    exports dev.elastigres.cli;

    opens dev.elastigres.cli to
            info.picocli;
    opens dev.elastigres.cli.prometheus to
            info.picocli;
    opens dev.elastigres.cli.recommend to
            info.picocli;
    opens dev.elastigres.cli.rules to
            info.picocli;
    opens dev.elastigres.cli.scheduler to
            info.picocli;
    opens dev.elastigres.cli.simulate to
            info.picocli;
    opens dev.elastigres.cli.vm to
            info.picocli;
}
