package dev.elastigres.monitor.postgres;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Parses libpq's URIs: `postgresql://[user[:password]@][host[:port],…][/dbname][?option=value&…]`.
/// Any part may be percent-encoded. A host may be an IPv6 address in brackets, or a directory of
/// sockets with encoded slashes.
final class ConnectionUri {
    private static final List<String> SCHEMES = List.of("postgresql://", "postgres://");

    private final String text;
    private final ConnectionOptions options;
    private int at;

    private ConnectionUri(String text, int at, ConnectionOptions options) {
        this.text = text;
        this.at = at;
        this.options = options;
    }

    static boolean isUri(String text) {
        return SCHEMES.stream().anyMatch(text::startsWith);
    }

    /// Returns whether the text is a URI of another scheme, or of a misspelled one.
    static boolean looksLikeUri(String text) {
        return text.strip().matches("(?s)[A-Za-z][A-Za-z0-9+.:-]*://.*");
    }

    static void parse(String text, ConnectionOptions options) {
        int start = text.indexOf("://") + 3;
        var uri = new ConnectionUri(text, start, options);
        uri.userAndPassword();
        uri.checkRest();
        uri.hosts();
        uri.database();
        uri.parameters();
    }

    private void userAndPassword() {
        int end = next("@/");
        if (end == text.length() || text.charAt(end) != '@') return;
        String info = text.substring(at, end);
        int colon = info.indexOf(':');
        options.put(ConnectionKeyword.USER, decoded(colon < 0 ? info : info.substring(0, colon)));
        if (colon >= 0) options.put(ConnectionKeyword.PASSWORD, decoded(info.substring(colon + 1)));
        at = end + 1;
    }

    /// Rejects an `@` that is not encoded. It would end the password early, and the rest of the
    /// password would be taken for the host or the database name, and be shown.
    private void checkRest() {
        if (text.substring(at, next("?")).indexOf('@') >= 0)
            throw new IllegalArgumentException(
                    "the connection URI has an \"@\" too many: in a name or password, write \"%40\""
                            + " for \"@\" and \"%2F\" for \"/\"");
    }

    private void hosts() {
        var hosts = new ArrayList<String>();
        var ports = new ArrayList<String>();
        while (true) {
            hosts.add(host());
            ports.add(takeIf(':') ? decoded(take("/?,")) : "");
            if (!takeIf(',')) break;
        }
        putUnlessEmpty(ConnectionKeyword.HOST, hosts);
        putUnlessEmpty(ConnectionKeyword.PORT, ports);
    }

    /// Sets an option unless all its parts are empty: the environment may supply what a URI leaves
    /// out.
    private void putUnlessEmpty(ConnectionKeyword keyword, List<String> parts) {
        if (!parts.stream().allMatch(String::isEmpty))
            options.put(keyword, String.join(",", parts));
    }

    private String host() {
        if (!takeIf('[')) return decoded(take(":/?,"));
        String address = take("]");
        if (!takeIf(']') || address.isEmpty())
            throw new IllegalArgumentException(
                    "the connection URI has an IPv6 address that is empty or has no \"]\"");
        if (at < text.length() && ":/?,".indexOf(text.charAt(at)) < 0)
            throw new IllegalArgumentException(
                    "the connection URI goes on after \"]\" in a way that is not understood");
        return decoded(address);
    }

    private void database() {
        if (takeIf('/')) putUnlessEmpty(ConnectionKeyword.DBNAME, List.of(decoded(take("?"))));
    }

    private void parameters() {
        if (!takeIf('?')) return;
        for (String parameter : text.substring(at).split("&", -1)) {
            if (parameter.isEmpty()) continue;
            int equals = parameter.indexOf('=');
            if (equals < 0 || parameter.indexOf('=', equals + 1) >= 0)
                throw new IllegalArgumentException(
                        "a parameter of the connection URI is not of the form option=value");
            String name = decoded(parameter.substring(0, equals));
            String value = decoded(parameter.substring(equals + 1));
            // As in JDBC's URIs.
            if (name.equals("ssl") && value.equals("true"))
                options.put(ConnectionKeyword.SSLMODE, "require");
            else options.put(name, value);
        }
    }

    private boolean takeIf(char wanted) {
        if (at >= text.length() || text.charAt(at) != wanted) return false;
        at++;
        return true;
    }

    private String take(String ends) {
        int start = at;
        at = next(ends);
        return text.substring(start, at);
    }

    private int next(String ends) {
        int end = at;
        while (end < text.length() && ends.indexOf(text.charAt(end)) < 0) end++;
        return end;
    }

    private static String decoded(String part) {
        byte[] encoded = part.getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(encoded.length);
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] != '%') {
                bytes.put(encoded[i]);
                continue;
            }
            int high = i + 2 < encoded.length ? Character.digit(encoded[i + 1], 16) : -1;
            int low = i + 2 < encoded.length ? Character.digit(encoded[i + 2], 16) : -1;
            if (high < 0 || low < 0)
                throw new IllegalArgumentException(
                        "the connection URI has a \"%\" that no two hexadecimal digits follow");
            bytes.put((byte) (high * 16 + low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException _) {
            throw new IllegalArgumentException(
                    "the connection URI has percent-encoded bytes that are not UTF-8");
        }
    }
}
