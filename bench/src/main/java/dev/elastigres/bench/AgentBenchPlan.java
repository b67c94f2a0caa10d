package dev.elastigres.bench;

import java.time.Duration;
import java.util.List;

/// Parameters of the agent benchmark.
///
/// @param fleetSizes numbers of VMs, measured one after the other
/// @param settle time after the last monitor has connected, until the agent is idle
/// @param calm the time over which CPU is measured
/// @param events number of upscale requests, distributed over the VMs
/// @param gap interval between two requests
record AgentBenchPlan(
        List<Integer> fleetSizes, Duration settle, Duration calm, int events, Duration gap) {
    static final int MAX_VMS = 100_000;

    static AgentBenchPlan of(List<Integer> fleetSizes) {
        return new AgentBenchPlan(
                fleetSizes,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                2_000,
                Duration.ofMillis(20));
    }

    /// Returns the maximum number of units of a VM with this number of events.
    int maxUnits(int vms) {
        return 2 + events / vms;
    }
}
