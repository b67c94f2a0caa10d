package dev.elastigres.daemon.settings;

import java.util.regex.Pattern;

/// Recognises connection strings, and text that may be part of one, in the wrong place. Messages
/// about such text do not repeat it.
public final class ConnectionText {
    /// A Postgres URI, a URI with credentials, or an option of libpq.
    private static final Pattern CONNECTION_STRING =
            Pattern.compile(
                    "(?is).*(postgres(ql)?://|://[^\\s/]*@"
                            + "|(^|[\\s=?&;,'\"])(password|sslpassword|passfile|host|hostaddr|user"
                            + "|dbname)\\s*=).*");

    private ConnectionText() {}

    /// Returns whether `text` is or contains a connection string, in either of libpq's formats.
    ///
    /// @param text the text
    public static boolean isIn(String text) {
        return CONNECTION_STRING.matcher(text).matches();
    }

    /// Returns whether `text` may be part of a connection string: `secret@host`.
    ///
    /// @param text the text
    public static boolean mayBeIn(String text) {
        return text.indexOf('@') >= 0 || text.contains("://") || isIn(text);
    }
}
