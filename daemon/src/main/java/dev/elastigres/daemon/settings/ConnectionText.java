package dev.elastigres.daemon.settings;

import java.util.regex.Pattern;

/// Recognises connection strings, and what may be part of one, where none belongs: what is wrong
/// with such a text is told without repeating it.
public final class ConnectionText {
    /// A URI of Postgres or with credentials, or an option of libpq's.
    private static final Pattern CONNECTION_STRING =
            Pattern.compile(
                    "(?is).*(postgres(ql)?://|://[^\\s/]*@"
                            + "|(^|[\\s=?&;,'\"])(password|sslpassword|passfile|host|hostaddr|user"
                            + "|dbname)\\s*=).*");

    private ConnectionText() {}

    /// Whether `text` is or contains a connection string, in either of libpq's forms.
    public static boolean isIn(String text) {
        return CONNECTION_STRING.matcher(text).matches();
    }

    /// Whether `text` may be part of one: `secret@host`.
    public static boolean mayBeIn(String text) {
        return text.indexOf('@') >= 0 || text.contains("://") || isIn(text);
    }
}
