/// The commands that inspect a host and its agent: `top`, `doctor` and `init`, and those of the
/// kubectl plugin.
module dev.elastigres.inspect {
    requires dev.elastigres.agent;
    requires dev.elastigres.core;
    requires dev.elastigres.daemon;
    requires dev.elastigres.host;
    requires transitive dev.elastigres.node;
    requires dev.elastigres.page;
    requires dev.elastigres.protocol;
    requires dev.elastigres.vm;
    requires transitive info.picocli;
    requires static org.jspecify;

    exports dev.elastigres.inspect.doctor;
    exports dev.elastigres.inspect.init;
    exports dev.elastigres.inspect.kubectl;
    exports dev.elastigres.inspect.top;

    opens dev.elastigres.inspect.doctor to
            info.picocli;
    opens dev.elastigres.inspect.init to
            info.picocli;
    opens dev.elastigres.inspect.kubectl to
            info.picocli;
    opens dev.elastigres.inspect.top to
            info.picocli;
}
