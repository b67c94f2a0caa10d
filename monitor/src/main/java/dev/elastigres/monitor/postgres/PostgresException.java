package dev.elastigres.monitor.postgres;

import dev.elastigres.core.monitor.DatabaseState;
import java.util.ArrayList;

/// An operation of Postgres failed. The message names the operation and the server, and the causes
/// have the reasons; none contains a password.
public abstract sealed class PostgresException extends Exception {
    private static final long serialVersionUID = 1;

    private PostgresException(String message, Throwable cause) {
        super(message, cause);
    }

    private PostgresException(String message) {
        super(message);
    }

    /// Returns the failure as a state of the database.
    ///
    /// @param holdsMemory whether settings that hold memory are among those that could not be
    ///     written
    public abstract DatabaseState database(boolean holdsMemory);

    /// Returns the messages of this exception and its causes, outermost first, on one line.
    public String chain() {
        var messages = new ArrayList<String>();
        for (Throwable e = this; e != null; e = e.getCause()) {
            String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            String line = message.replaceAll("\\s+", " ").strip();
            // Wrapping exceptions often repeat the message of their cause.
            if (messages.stream().noneMatch(said -> said.contains(line))) messages.add(line);
        }
        return String.join(": ", messages);
    }

    /// The server does not serve: nothing listens, or it is starting or shutting down. It may be
    /// back soon.
    public static final class Down extends PostgresException {
        private static final long serialVersionUID = 1;

        Down(String message, Throwable cause) {
            super(message, cause);
        }

        @Override
        public DatabaseState.Down database(boolean holdsMemory) {
            return new DatabaseState.Down(chain());
        }
    }

    /// The server did not answer within the timeout. The connection is closed, because a late
    /// answer would be taken for that of another query.
    public static final class Hung extends PostgresException {
        private static final long serialVersionUID = 1;

        public Hung(String message) {
            super(message);
        }

        Hung(String message, Throwable cause) {
            super(message, cause);
        }

        @Override
        public DatabaseState.Hung database(boolean holdsMemory) {
            return new DatabaseState.Hung(chain(), holdsMemory);
        }
    }

    /// The server refused. Retrying does not help before someone intervenes.
    public static final class Refusing extends PostgresException {
        private static final long serialVersionUID = 1;

        public Refusing(String message) {
            super(message);
        }

        public Refusing(String message, Throwable cause) {
            super(message, cause);
        }

        @Override
        public DatabaseState.Refusing database(boolean holdsMemory) {
            return new DatabaseState.Refusing(chain(), holdsMemory);
        }
    }
}
