/// QEMU machines whose CPUs and memory change while Postgres runs in them.
module dev.elastigres.vm {
    requires transitive dev.elastigres.core;
    requires transitive dev.elastigres.host;
    requires transitive dev.elastigres.protocol;
    requires static org.jspecify;

    exports dev.elastigres.vm;
    exports dev.elastigres.vm.guest;
    exports dev.elastigres.vm.image;
    exports dev.elastigres.vm.qemu;
    exports dev.elastigres.vm.qmp;
    exports dev.elastigres.vm.state;

    uses dev.elastigres.vm.image.MonitorPackager;
}
