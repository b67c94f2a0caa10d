package dev.elastigres.kubernetes.node;

/// The kind of rule by which the cluster rejected a change of one object.
public enum Rejection {
    /// A ResourceQuota of the namespace.
    QUOTA,

    /// A LimitRange of the namespace.
    LIMIT_RANGE,

    /// An admission webhook, a ValidatingAdmissionPolicy, Pod Security, or another admission
    /// plugin.
    ADMISSION,

    /// The API server's own validation: the object would not be valid.
    INVALID
}
