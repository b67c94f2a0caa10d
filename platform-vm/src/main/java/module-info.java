/// The agent's platform of QEMU machines on this host.
module dev.elastigres.platform.vm {
    requires transitive dev.elastigres.agent;
    requires transitive dev.elastigres.core;
    requires transitive dev.elastigres.daemon;
    requires transitive dev.elastigres.vm;
    requires static org.jspecify;

    exports dev.elastigres.platform.vm;

    provides dev.elastigres.agent.platform.Platform.PlatformProvider with
            dev.elastigres.platform.vm.QemuPlatformProvider;
}
