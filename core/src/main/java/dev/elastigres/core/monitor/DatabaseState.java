package dev.elastigres.core.monitor;

/// State of the Postgres whose cache is managed. Each state is named for what can be done about it.
///
/// Some managed settings hold memory, or allow statements to take it (`work_mem`); others are hints
/// for the planner (`effective_cache_size`). A downscale waits only for settings of the first kind.
/// Unless known otherwise, settings count as the first kind.
public sealed interface DatabaseState {

    /// Returns why the cache cannot be set now; empty if it can, or need not be.
    default String problem() {
        return "";
    }

    /// Returns whether managed settings hold memory. In a failure state: whether those that cannot
    /// be written hold memory.
    default boolean holdsMemory() {
        return false;
    }

    /// Returns a stable name for logs, metrics and `/status`.
    String name();

    /// No cache is managed: there is no connection string, or the policy is `none`.
    record Unmanaged() implements DatabaseState {
        @Override
        public String name() {
            return "unmanaged";
        }
    }

    /// No connection was tried yet.
    record Unknown(boolean holdsMemory) implements DatabaseState {
        public Unknown() {
            this(true);
        }

        @Override
        public String name() {
            return "unknown";
        }
    }

    /// Postgres answers and accepts the settings.
    record Up(boolean holdsMemory) implements DatabaseState {
        public Up() {
            this(true);
        }

        @Override
        public String name() {
            return "up";
        }
    }

    /// Postgres does not serve: nothing listens, or it is starting or shutting down. It holds no
    /// memory that a smaller cache would free; the wanted size is set as soon as it is back.
    record Down(String problem) implements DatabaseState {
        @Override
        public String name() {
            return "down";
        }
    }

    /// Postgres is there but does not answer within the timeout. The memory it holds cannot be
    /// reduced.
    record Hung(String problem, boolean holdsMemory) implements DatabaseState {
        public Hung(String problem) {
            this(problem, true);
        }

        @Override
        public String name() {
            return "hung";
        }
    }

    /// Postgres answers and refuses: login, privileges, connection slots, or a settings file that
    /// cannot be written. An operator must act.
    record Refusing(String problem, boolean holdsMemory) implements DatabaseState {
        public Refusing(String problem) {
            this(problem, true);
        }

        @Override
        public String name() {
            return "refusing";
        }
    }
}
