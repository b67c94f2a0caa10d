package dev.elastigres.bench;

import java.time.Duration;
import java.util.List;

/// Parameters of the agent benchmark.
///
/// @param crowds how many VMs, one after the other
/// @param settle after all monitors are there, until it is calm
/// @param calm the time over which CPU is counted
/// @param events requests for more, spread over the VMs
/// @param gap between two of them
record AgentBenchPlan(
        List<Integer> crowds, Duration settle, Duration calm, int events, Duration gap) {
    static final int MAX_VMS = 100_000;

    static AgentBenchPlan of(List<Integer> crowds) {
        return new AgentBenchPlan(
                crowds,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                2_000,
                Duration.ofMillis(20));
    }

    /// As many units as a VM can come to have by the events.
    int maxUnits(int vms) {
        return 2 + events / vms;
    }
}
