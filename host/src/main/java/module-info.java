/// Files, processes and the terminal of this host.
module dev.elastigres.host {
    requires static org.jspecify;

    exports dev.elastigres.host.file;
    exports dev.elastigres.host.process;
    exports dev.elastigres.host.terminal;
}
