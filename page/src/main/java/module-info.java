/// The live page of a host's machines, independent of what serves it.
module dev.elastigres.page {
    requires transitive dev.elastigres.core;
    requires transitive dev.elastigres.daemon;
    requires transitive dev.elastigres.protocol;
    requires static org.jspecify;

    exports dev.elastigres.page;
}
