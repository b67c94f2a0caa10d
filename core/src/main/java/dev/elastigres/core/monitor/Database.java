package dev.elastigres.core.monitor;

/// What is known of the Postgres whose cache is managed. Each state is named for what can be done.
public sealed interface Database {

    /// Why the cache cannot be set now; empty when it can, or need not be.
    default String trouble() {
        return "";
    }

    /// A stable name, for logs, metrics and `/status`.
    String name();

    /// No cache is managed: no connection string, or the policy `none`.
    record Unmanaged() implements Database {
        @Override
        public String name() {
            return "unmanaged";
        }
    }

    /// Not tried yet.
    record Unknown() implements Database {
        @Override
        public String name() {
            return "unknown";
        }
    }

    /// Answers and obeys.
    record Up() implements Database {
        @Override
        public String name() {
            return "up";
        }
    }

    /// Not serving: nothing listens, or it is starting or shutting down. It holds no memory that a
    /// smaller cache would free; the wanted size is set as soon as it is back.
    record Down(String trouble) implements Database {
        @Override
        public String name() {
            return "down";
        }
    }

    /// Is there, but does not answer within the limit. What it holds cannot be made smaller.
    record Hung(String trouble) implements Database {
        @Override
        public String name() {
            return "hung";
        }
    }

    /// Answers, and refuses: login, privileges, connection slots, a settings file that cannot be
    /// written. Somebody must act.
    record Refusing(String trouble) implements Database {
        @Override
        public String name() {
            return "refusing";
        }
    }
}
