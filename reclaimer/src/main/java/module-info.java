/// Frees page cache of the containers of a Kubernetes node: the only part that writes into cgroups
/// there.
module dev.elastigres.reclaimer {
    requires dev.elastigres.core;
    requires dev.elastigres.daemon;
    requires dev.elastigres.protocol;
    requires jdk.net;
    requires static org.jspecify;

    exports dev.elastigres.reclaimer;
}
