package dev.elastigres.kubernetes.targets;

/// Selects which values of a container's CPUs and memory are changed.
public record ControlledResources(ControlledValues cpu, ControlledValues memory) {
    public static final ControlledResources ALL =
            new ControlledResources(
                    ControlledValues.REQUESTS_AND_LIMITS, ControlledValues.REQUESTS_AND_LIMITS);
}
