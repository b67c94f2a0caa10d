package dev.elastigres.core.monitor;

/// What is known of the Postgres whose cache is managed. Each state is named for what can be done.
public sealed interface Database {

    /// No cache is managed: no connection string, or the policy `none`.
    record Unmanaged() implements Database {}

    /// Not tried yet.
    record Unknown() implements Database {}

    /// Answers and obeys.
    record Up() implements Database {}

    /// Not serving: nothing listens, or it is starting or shutting down. It holds no memory that a
    /// smaller cache would free; the wanted size is set as soon as it is back.
    record Down(String why) implements Database {}

    /// Is there, but does not answer within the limit. What it holds cannot be made smaller.
    record Hung(String why) implements Database {}

    /// Answers, and refuses: login, privileges, connection slots, a settings file that cannot be
    /// written. Somebody must act.
    record Refusing(String why) implements Database {}

    /// Why the cache cannot be set now; empty when it can, or need not be.
    default String trouble() {
        return switch (this) {
            case Unmanaged _, Unknown _, Up _ -> "";
            case Down(String why) -> why;
            case Hung(String why) -> why;
            case Refusing(String why) -> why;
        };
    }

    /// A stable name, for logs, metrics and `/status`.
    default String name() {
        return switch (this) {
            case Unmanaged _ -> "unmanaged";
            case Unknown _ -> "unknown";
            case Up _ -> "up";
            case Down _ -> "down";
            case Hung _ -> "hung";
            case Refusing _ -> "refusing";
        };
    }
}
