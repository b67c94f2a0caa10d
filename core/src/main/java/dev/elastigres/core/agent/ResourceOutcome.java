package dev.elastigres.core.agent;

/// Outcome of the resize of one resource, where CPUs and memory are resized independently.
public sealed interface ResourceOutcome {

    /// The VM has the requested amount.
    record Done() implements ResourceOutcome {}

    /// The VM does not have the requested amount yet, and may get it at any time.
    ///
    /// @param why the reason as one clause
    record Pending(ResizeFailure failure, String why) implements ResourceOutcome {
        public Pending(String why) {
            this(ResizeFailure.OTHER, why);
        }
    }

    /// The VM uses the resource, so it cannot shrink to the requested amount. No change is pending.
    ///
    /// @param why the reason as one clause
    record InUse(String why) implements ResourceOutcome {}

    /// The memory limit stays above the requested one because of page cache alone. If only the
    /// limit is behind, the size reported with this outcome is the requested one. No change is
    /// pending.
    ///
    /// @param why the reason as one clause
    record HeldByPageCache(String why) implements ResourceOutcome {}

    /// The resize failed, or succeeded only in part. No change is pending.
    ///
    /// @param why the reason as one clause
    record Failed(ResizeFailure failure, String why) implements ResourceOutcome {
        public Failed(String why) {
            this(ResizeFailure.OTHER, why);
        }
    }
}
