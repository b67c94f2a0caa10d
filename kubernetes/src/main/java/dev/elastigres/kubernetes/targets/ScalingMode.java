package dev.elastigres.kubernetes.targets;

/// What the agent does with a wanted size.
public enum ScalingMode {
    /// The agent shows the size and changes nothing.
    RECOMMEND,

    /// The agent resizes the pod.
    AUTO
}
