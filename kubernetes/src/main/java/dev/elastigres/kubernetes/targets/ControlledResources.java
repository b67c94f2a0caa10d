package dev.elastigres.kubernetes.targets;

/// Which values of a container's CPUs and memory are changed, each resource on its own.
public record ControlledResources(ControlledValues cpu, ControlledValues memory) {
    public static final ControlledResources ALL =
            new ControlledResources(
                    ControlledValues.REQUESTS_AND_LIMITS, ControlledValues.REQUESTS_AND_LIMITS);
}
