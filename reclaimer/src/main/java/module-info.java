/// Frees page cache of the containers of a Kubernetes node. The only module that writes to cgroups
/// there.
module dev.elastigres.reclaimer {
    requires dev.elastigres.core;
    requires transitive dev.elastigres.daemon;
    requires dev.elastigres.protocol;
    requires jdk.net;
    requires static org.jspecify;

    exports dev.elastigres.reclaimer;
}
