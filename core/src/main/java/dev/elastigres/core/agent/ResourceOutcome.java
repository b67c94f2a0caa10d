package dev.elastigres.core.agent;

/// How the resize of one resource ended, where CPUs and memory are resized independently.
public sealed interface ResourceOutcome {

    /// The VM has what was asked for.
    record Done() implements ResourceOutcome {}

    /// The VM does not have it yet, and may get it at any time.
    ///
    /// @param why one clause
    record Pending(ResizeFailure failure, String why) implements ResourceOutcome {
        public Pending(String why) {
            this(ResizeFailure.OTHER, why);
        }
    }

    /// Less than this is in use and cannot be taken back. Nothing is pending.
    ///
    /// @param why one clause
    record InUse(String why) implements ResourceOutcome {}

    /// The memory limit stays higher than asked for, because of page cache alone. The size that
    /// goes with this outcome is the one asked for where only the limit stays behind. Nothing is
    /// pending.
    ///
    /// @param why one clause
    record HeldByPageCache(String why) implements ResourceOutcome {}

    /// It was not done, or only in part. Nothing is pending.
    ///
    /// @param why one clause
    record Failed(ResizeFailure failure, String why) implements ResourceOutcome {
        public Failed(String why) {
            this(ResizeFailure.OTHER, why);
        }
    }
}
