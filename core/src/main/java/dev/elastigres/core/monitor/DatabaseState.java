package dev.elastigres.core.monitor;

/// What is known of the Postgres whose cache is managed. Each state is named for what can be done.
///
/// Some of the managed settings hold memory, or allow statements to take it (`work_mem`); others
/// are hints for the planner (`effective_cache_size`). A downscale waits for the first kind only.
/// As long as nothing else is known they are taken for the first kind.
public sealed interface DatabaseState {

    /// Why the cache cannot be set now; empty when it can, or need not be.
    default String problem() {
        return "";
    }

    /// Whether settings that hold memory are managed, or, when something is wrong, are among those
    /// that cannot be written.
    default boolean holdsMemory() {
        return false;
    }

    /// A stable name, for logs, metrics and `/status`.
    String name();

    /// No cache is managed: no connection string, or the policy `none`.
    record Unmanaged() implements DatabaseState {
        @Override
        public String name() {
            return "unmanaged";
        }
    }

    /// Not tried yet.
    record Unknown(boolean holdsMemory) implements DatabaseState {
        public Unknown() {
            this(true);
        }

        @Override
        public String name() {
            return "unknown";
        }
    }

    /// Answers and obeys.
    record Up(boolean holdsMemory) implements DatabaseState {
        public Up() {
            this(true);
        }

        @Override
        public String name() {
            return "up";
        }
    }

    /// Not serving: nothing listens, or it is starting or shutting down. It holds no memory that a
    /// smaller cache would free; the wanted size is set as soon as it is back.
    record Down(String problem) implements DatabaseState {
        @Override
        public String name() {
            return "down";
        }
    }

    /// Is there, but does not answer within the limit. What it holds cannot be made smaller.
    record Hung(String problem, boolean holdsMemory) implements DatabaseState {
        public Hung(String problem) {
            this(problem, true);
        }

        @Override
        public String name() {
            return "hung";
        }
    }

    /// Answers, and refuses: login, privileges, connection slots, a settings file that cannot be
    /// written. Somebody must act.
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
