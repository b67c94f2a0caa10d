package dev.elastigres.core.scheduler;

/// Identity of a pod. A pod that is created again under the same name has another UID.
///
/// @param namespace its namespace, not empty
/// @param name its name, not empty
/// @param uid its UID, not empty
public record PodIdentity(String namespace, String name, String uid) {
    public PodIdentity {
        if (namespace.isEmpty() || name.isEmpty() || uid.isEmpty())
            throw new IllegalArgumentException("a pod without a name or UID");
    }

    /// Returns `NAMESPACE/NAME`.
    public String text() {
        return namespace + "/" + name;
    }
}
