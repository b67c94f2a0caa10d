/// The demo with a simulated machine and the demo in a VM.
module dev.elastigres.demo {
    requires dev.elastigres.agent;
    requires dev.elastigres.core;
    requires dev.elastigres.daemon;
    requires dev.elastigres.harness;
    requires dev.elastigres.host;
    requires dev.elastigres.monitor;
    requires dev.elastigres.platform.vm;
    requires dev.elastigres.protocol;
    requires dev.elastigres.testbed;
    requires dev.elastigres.vm;
    requires info.picocli;
    requires static org.jspecify;

    exports dev.elastigres.demo;

    opens dev.elastigres.demo to
            info.picocli;
}
