/// Contains all scaling decisions as pure functions: no clock, no I/O, no library.
module dev.elastigres.core {
    requires static org.jspecify;

    exports dev.elastigres.core.agent;
    exports dev.elastigres.core.budget;
    exports dev.elastigres.core.monitor;
    exports dev.elastigres.core.scaling;
    exports dev.elastigres.core.scheduler;
    exports dev.elastigres.core.units;
}
