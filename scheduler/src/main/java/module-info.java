/// The permit endpoint of autoscale-scheduler.
module dev.elastigres.scheduler {
    requires transitive dev.elastigres.core;
    requires transitive dev.elastigres.daemon;
    requires dev.elastigres.protocol;
    requires static org.jspecify;

    exports dev.elastigres.scheduler;
}
