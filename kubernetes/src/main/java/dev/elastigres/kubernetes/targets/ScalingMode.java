package dev.elastigres.kubernetes.targets;

/// What is done with the size that is found to be right.
public enum ScalingMode {
    /// It is shown, and nothing is changed.
    RECOMMEND,

    /// The pod is resized.
    AUTO
}
