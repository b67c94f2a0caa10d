/// autoscaler-agent, the daemon on the host.
module dev.elastigres.agent {
    requires transitive dev.elastigres.core;
    requires transitive dev.elastigres.daemon;
    requires transitive dev.elastigres.protocol;
    requires transitive dev.elastigres.page;
    requires transitive java.net.http;
    requires static org.jspecify;

    exports dev.elastigres.agent;
    exports dev.elastigres.agent.driver;
    exports dev.elastigres.agent.endpoint;
    exports dev.elastigres.agent.history;
    exports dev.elastigres.agent.hold;
    exports dev.elastigres.agent.monitor;
    exports dev.elastigres.agent.pages;
    exports dev.elastigres.agent.platform;
    exports dev.elastigres.agent.permits;
    exports dev.elastigres.agent.worker;

    uses dev.elastigres.agent.platform.Platform.PlatformProvider;

    provides dev.elastigres.agent.platform.Platform.PlatformProvider with
            dev.elastigres.agent.CgroupPlatformProvider;
}
