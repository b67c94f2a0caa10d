package dev.elastigres.bench.soak;

/// Parameters of the soak benchmark.
///
/// @param messages number of messages from agents, each with its answer
/// @param reconnects number of agents' reconnections
/// @param restarts number of Postgres restarts
/// @param cgroups number of times that Postgres' cgroup is removed and recreated
record SoakBenchPlan(int messages, int reconnects, int restarts, int cgroups) {

    SoakBenchPlan {
        if (messages < 1 || reconnects < 1 || restarts < 1 || cgroups < 1)
            throw new IllegalArgumentException("all numbers must be at least 1");
    }

    /// Returns the number of rounds. Each has a share of everything, at most one restart and at
    /// most one new cgroup.
    int rounds() {
        return Math.max(restarts, cgroups);
    }

    /// Returns the share of `total` in `round`; the first round is 0.
    int share(int total, int round) {
        return (int) ((long) total * (round + 1) / rounds() - (long) total * round / rounds());
    }
}
