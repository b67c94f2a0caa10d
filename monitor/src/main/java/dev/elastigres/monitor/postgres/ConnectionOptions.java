package dev.elastigres.monitor.postgres;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// The options in the text of a connection string, in either of libpq's forms. Messages name
/// options and positions; they quote no value, since any may be a secret.
final class ConnectionOptions {
    private final EnumMap<ConnectionKeyword, String> values =
            new EnumMap<>(ConnectionKeyword.class);

    /// From here on a name may be the rest of a password that lacks its quotes.
    private boolean secretSeen;

    /// @throws IllegalArgumentException for what libpq would not understand either
    static ConnectionOptions parse(String text) {
        var options = new ConnectionOptions();
        if (ConnectionUri.isUri(text)) ConnectionUri.parse(text, options);
        else if (ConnectionUri.looksLikeUri(text))
            throw new IllegalArgumentException(
                    "a connection URI must begin with postgresql:// or postgres://");
        else options.parseWords(text);
        return options;
    }

    /// The value given; else that of the option's environment variable. An empty one asks for the
    /// default.
    Optional<String> value(ConnectionKeyword keyword, Map<String, String> environment) {
        String value = values.get(keyword);
        if (value == null && !keyword.variable().isEmpty())
            value = environment.get(keyword.variable());
        return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    /// How a message names the place where the value comes from.
    String source(ConnectionKeyword keyword) {
        return values.containsKey(keyword) ? keyword.word() : keyword.variable();
    }

    /// The last one counts when an option is given twice.
    void put(String name, String value) {
        // The name of before there were modes.
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
        // Anything else than a word is hardly an option's name, but may be half a password.
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

    /// A backslash takes the next character as it is, within quotes and without.
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
