package dev.elastigres.monitor.postgres;

import dev.elastigres.core.monitor.DatabaseState;
import java.util.ArrayList;

/// Postgres did not do what was asked. The message says what and of which server, the causes say
/// why; none of them holds a password.
public abstract sealed class PostgresException extends Exception {
    private static final long serialVersionUID = 1;

    private PostgresException(String message, Throwable cause) {
        super(message, cause);
    }

    private PostgresException(String message) {
        super(message);
    }

    /// The same, as the state of the database.
    ///
    /// @param holdsMemory whether settings that hold memory are among those that could not be
    ///     written
    public abstract DatabaseState database(boolean holdsMemory);

    /// The message and those of the causes, outermost first, on one line.
    public String chain() {
        var messages = new ArrayList<String>();
        for (Throwable e = this; e != null; e = e.getCause()) {
            String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            String line = message.replaceAll("\\s+", " ").strip();
            // Wrappers like to repeat what they wrap.
            if (messages.stream().noneMatch(said -> said.contains(line))) messages.add(line);
        }
        return String.join(": ", messages);
    }

    /// Not serving: nothing listens, it starts, or it shuts down. It may be back soon.
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

    /// No answer within the limit. The connection is lost: a late answer would be taken for that to
    /// another question.
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

    /// It answers no. Trying again does not help before somebody acts.
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
