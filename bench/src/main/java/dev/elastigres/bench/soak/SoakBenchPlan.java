package dev.elastigres.bench.soak;

/// How much of everything a life has.
///
/// @param messages from agents, each with its answer
/// @param reconnects of agents
/// @param restarts of Postgres
/// @param cgroups how often Postgres' cgroup is removed and made again
record SoakBenchPlan(int messages, int reconnects, int restarts, int cgroups) {

    SoakBenchPlan {
        if (messages < 1 || reconnects < 1 || restarts < 1 || cgroups < 1)
            throw new IllegalArgumentException("there must be at least one of everything");
    }

    /// Into how many rounds it is cut: each has some of everything, at most one restart and at
    /// most one new cgroup.
    int rounds() {
        return Math.max(restarts, cgroups);
    }

    /// The part of `total` that belongs to `round`, the first of which is 0.
    int share(int total, int round) {
        return (int) ((long) total * (round + 1) / rounds() - (long) total * round / rounds());
    }
}
