package dev.elastigres.monitor.postgres;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// The options of a connection string, in either of libpq's formats. Messages name options and
/// positions, and quote no value, because any value may be a secret.
final class ConnectionOptions {
    private final EnumMap<ConnectionKeyword, String> values =
            new EnumMap<>(ConnectionKeyword.class);

    /// Set after the first secret option: an invalid name after it may be the rest of an unquoted
    /// password.
    private boolean secretSeen;

    /// Parses a connection string.
    ///
    /// @throws IllegalArgumentException if it is invalid, as it would be for libpq
    static ConnectionOptions parse(String text) {
        var options = new ConnectionOptions();
        if (ConnectionUri.isUri(text)) ConnectionUri.parse(text, options);
        else if (ConnectionUri.looksLikeUri(text))
            throw new IllegalArgumentException(
                    "a connection URI must begin with postgresql:// or postgres://");
        else options.parseWords(text);
        return options;
    }

    /// Returns the given value, else that of the option's environment variable; empty if neither is
    /// set, or if the value is empty, which requests the default.
    Optional<String> value(ConnectionKeyword keyword, Map<String, String> environment) {
        String value = values.get(keyword);
        if (value == null && !keyword.variable().isEmpty())
            value = environment.get(keyword.variable());
        return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    /// Returns the name of the value's source for messages: the option or the environment variable.
    String source(ConnectionKeyword keyword) {
        return values.containsKey(keyword) ? keyword.word() : keyword.variable();
    }

    /// Sets an option. If an option is given twice, the last value is used.
    void put(String name, String value) {
        // The option that preceded sslmode.
        if (name.equals("requiressl")) {
            put(ConnectionKeyword.SSLMODE, value.startsWith("1") ? "require" : "prefer");
            return;
        }
        ConnectionKeyword keyword = ConnectionKeyword.of(name).orElseThrow(() -> unknown(name));
        put(keyword, value);
    }

    void put(ConnectionKeyword keyword, String value) {
        if (value.indexOf('\0') >= 0)
            throw new IllegalArgumentException(keyword.word() + " contains a NUL character");
        values.put(keyword, value);
        if (!keyword.isPublic()) secretSeen = true;
    }

    private IllegalArgumentException unknown(String name) {
        // Not the form of an option's name, but possibly part of a password.
        if (secretSeen || !name.matches("[A-Za-z_]{2,40}"))
            return new IllegalArgumentException(
                    "a name that is no option of a connection string; is a value not quoted?");
        String guess =
                ConnectionKeyword.nearest(name)
                        .map(near -> "; did you mean " + near.word() + "?")
                        .orElse("");
        return new IllegalArgumentException(
                "unknown option " + name + " in the connection string" + guess);
    }

    private void parseWords(String text) {
        int at = skipSpace(text, 0);
        while (at < text.length()) {
            int start = at;
            while (at < text.length() && text.charAt(at) != '=' && !isSpace(text.charAt(at))) at++;
            String name = text.substring(start, at);
            at = skipSpace(text, at);
            if (at == text.length() || text.charAt(at) != '=')
                throw new IllegalArgumentException(
                        "the connection string has no \"=\" where one belongs, at character "
                                + (at + 1));
            at = skipSpace(text, at + 1);
            var value = new StringBuilder();
            at = readValue(text, at, value);
            put(name, value.toString());
            at = skipSpace(text, at);
        }
    }

    /// Reads a value. A backslash escapes the next character, with and without quotes.
    private static int readValue(String text, int from, StringBuilder value) {
        boolean quoted = from < text.length() && text.charAt(from) == '\'';
        int at = quoted ? from + 1 : from;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (quoted ? c == '\'' : isSpace(c)) break;
            if (c == '\\') at++;
            if (at < text.length()) value.append(text.charAt(at));
            at++;
        }
        if (!quoted) return at;
        if (at >= text.length())
            throw new IllegalArgumentException(
                    "the connection string has a quote that does not end, at character "
                            + (from + 1));
        return at + 1;
    }

    private static int skipSpace(String text, int from) {
        int at = from;
        while (at < text.length() && isSpace(text.charAt(at))) at++;
        return at;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }
}
