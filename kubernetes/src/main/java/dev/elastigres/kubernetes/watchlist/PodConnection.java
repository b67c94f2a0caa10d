package dev.elastigres.kubernetes.watchlist;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Changes a libpq connection string so that it reaches one pod. The pod's address becomes the
/// `hostaddr`, so that the host serves as a name only. The original string usually names a Service,
/// which would reach any of its pods.
final class PodConnection {
    /// A keyword and its value, which may be quoted and have escapes.
    private static final Pattern PARAMETER =
            Pattern.compile("\\s*([a-z_]+)\\s*=\\s*('(?:[^'\\\\]|\\\\.)*'|(?:[^\\s'\\\\]|\\\\.)*)");

    private static final Pattern URI = Pattern.compile("(?s)postgres(?:ql)?://.*");
    private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F.:]{2,45}");

    private PodConnection() {}

    /// Returns the connection string for the pod.
    ///
    /// @param text a connection string in either of libpq's formats
    /// @param address IP address of the pod; IPv6 without brackets
    /// @throws IllegalArgumentException if the string is invalid; the message gives the reason
    ///     without any value of the string
    static String to(String text, String address) {
        if (!ADDRESS.matcher(address).matches())
            throw new IllegalArgumentException("the pod has no address");
        return URI.matcher(text).matches() ? uri(text, address) : keywords(text, address);
    }

    private static String keywords(String text, String address) {
        int end = 0;
        Matcher word = PARAMETER.matcher(text);
        while (word.find(end) && word.start() == end && word.end() > end) {
            check(word.group(1), unquoted(word.group(2)));
            end = word.end();
            if (end < text.length() && !Character.isWhitespace(text.charAt(end))) break;
        }
        if (!text.substring(end).isBlank())
            throw new IllegalArgumentException("it is not a connection string");
        return "%s hostaddr=%s".formatted(text.strip(), address).strip();
    }

    private static String unquoted(String value) {
        boolean quoted = value.startsWith("'");
        String inner = quoted ? value.substring(1, value.length() - 1) : value;
        return inner.replaceAll("\\\\(.)", "$1");
    }

    private static String uri(String text, String address) {
        int begin = text.indexOf("://") + 3;
        int host = hostStart(text, begin);
        int query = text.indexOf('?', host);
        String parameters = query < 0 ? "" : text.substring(query + 1);
        String rest = query < 0 ? text : text.substring(0, query);
        int slash = rest.indexOf('/', host);
        if (rest.indexOf('@', host) >= 0)
            throw new IllegalArgumentException(
                    "it has an \"@\" too many: write \"%40\" for one in a name or password");
        check("host", slash < 0 ? rest.substring(host) : rest.substring(host, slash));
        List<String> kept = new ArrayList<>();
        for (String each : parameters.split("&", -1)) {
            if (each.isEmpty()) continue;
            int equals = each.indexOf('=');
            if (equals < 0) throw new IllegalArgumentException("it is not a connection string");
            String name = each.substring(0, equals);
            check(name, each.substring(equals + 1));
            if (!name.equals("hostaddr")) kept.add(each);
        }
        kept.add("hostaddr=" + address.replace(":", "%3A"));
        return rest + "?" + String.join("&", kept);
    }

    /// Returns the index after the user and the password, in which a `?` is an ordinary character.
    private static int hostStart(String text, int begin) {
        int end = begin;
        while (end < text.length() && "@/".indexOf(text.charAt(end)) < 0) end++;
        return end < text.length() && text.charAt(end) == '@' ? end + 1 : begin;
    }

    private static void check(String name, String value) {
        if ((name.equals("host") || name.equals("port"))
                && (value.contains(",") || value.toLowerCase(Locale.ROOT).contains("%2c")))
            throw new IllegalArgumentException("it names several hosts, but a pod is one host");
        if (name.equals("sslmode") && value.equals("verify-full"))
            throw new IllegalArgumentException(
                    "sslmode=verify-full verifies a host name, but a pod is reached by its"
                            + " address; use verify-ca");
    }
}
