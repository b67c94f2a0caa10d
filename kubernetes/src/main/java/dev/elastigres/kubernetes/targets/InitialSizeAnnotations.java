package dev.elastigres.kubernetes.targets;

/// The annotations that the controller adds to a new pod whose size it sets.
public final class InitialSizeAnnotations {
    /// The initial size and its reason, for users.
    public static final String WHY = "elastigres.dev/initial-size";

    /// The requests and limits of the scaled container before the change, as JSON: `{"container":
    /// NAME, "requests": {...}, "limits": {...}}`.
    public static final String TEMPLATE = "elastigres.dev/template-resources";

    private InitialSizeAnnotations() {}
}
