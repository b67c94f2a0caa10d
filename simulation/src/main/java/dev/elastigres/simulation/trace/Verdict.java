package dev.elastigres.simulation.trace;

/// How a policy did on a trace.
///
/// @param policy its name
/// @param unitHours compute units times hours: what it cost
/// @param shortShare the fraction of time in which there was less than wanted
/// @param shortDepth how much of what was wanted was missing then, on average, from 0 to 1
/// @param oomRisks how often memory in use came to exceed what there was
/// @param resizesPerHour how often the VM changed its size
public record Verdict(
        String policy,
        double unitHours,
        double shortShare,
        double shortDepth,
        int oomRisks,
        double resizesPerHour) {}
