/// Runs the agent's core in virtual time, with faults from a seed or on recorded load.
module dev.elastigres.simulation {
    requires transitive dev.elastigres.core;
    requires static org.jspecify;

    exports dev.elastigres.simulation.cluster;
    exports dev.elastigres.simulation.faults;
    exports dev.elastigres.simulation.trace;
}
