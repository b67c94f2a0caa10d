package dev.elastigres.daemon.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Reads one request, which usually is only a head (RFC 9112). Strict, except for deviations of
/// hand-written clients: a bare line feed ends a line, and `Host` may be missing.
final class HeadReader {
    /// Bound on the body lengths that routes may allow, in bytes.
    static final int MAX_BODY_LENGTH = 4 << 20;

    /// Digits of the longest length.
    private static final int MAX_LENGTH_DIGITS = 7;

    /// Bytes of a body for which memory is reserved before they arrive.
    private static final int BODY_CHUNK = 64 << 10;

    private final PeerInput input;
    private final ServerLimits limits;
    private final String peer;
    private final Routes routes;
    private int size;

    /// Head of a request.
    ///
    /// @param request the request
    /// @param upgradable whether the peer's HTTP version supports upgrades
    record RequestHead(Request request, boolean upgradable) {}

    private record RequestLine(String method, String target, int minorVersion) {}

    /// @param peer the peer's address
    /// @param routes decide on the methods and on the lengths of bodies
    HeadReader(PeerInput input, ServerLimits limits, String peer, Routes routes) {
        this.input = input;
        this.limits = limits;
        this.peer = peer;
        this.routes = routes;
    }

    /// Returns the request; null if the peer closed the connection without sending one.
    @Nullable RequestHead read() throws IOException, RejectedRequestException {
        int first = input.read();
        if (first < 0) return null;

        RequestLine line = requestLine(first);
        Map<String, String> headers = headers();
        OptionalInt maxBodyLength = routes.maxBodyLength(line.method);
        if (maxBodyLength.isEmpty())
            throw new RejectedRequestException(
                    Response.text(405, "only GET and HEAD are served").with("Allow", "GET, HEAD"));
        int length = bodyLength(headers, maxBodyLength.getAsInt());
        String path = path(line.target);
        // The host of a target in absolute form takes precedence over the header.
        authority(line.target).ifPresent(it -> headers.put("host", it));
        return new RequestHead(
                new Request(peer, line.method, path, headers, body(length)), line.minorVersion > 0);
    }

    private RequestLine requestLine(int first) throws IOException, RejectedRequestException {
        String line = line(first);
        // A client may send an empty line after the body of its previous request.
        if (line.isEmpty()) line = line(input.need());

        String[] parts = line.split(" ", -1);
        if (parts.length != 3 || !isToken(parts[0]) || parts[1].isEmpty())
            throw new RejectedRequestException(400, "not an HTTP request");
        String version = parts[2];
        if (version.length() != 8
                || !version.startsWith("HTTP/")
                || !isDigit(version.charAt(5))
                || version.charAt(6) != '.'
                || !isDigit(version.charAt(7)))
            throw new RejectedRequestException(400, "not an HTTP request");
        if (version.charAt(5) != '1')
            throw new RejectedRequestException(505, "only HTTP/1 is supported");
        return new RequestLine(parts[0], parts[1], version.charAt(7) - '0');
    }

    private Map<String, String> headers() throws IOException, RejectedRequestException {
        var headers = new HashMap<String, String>();
        for (int count = 0; ; count++) {
            String line = line(input.need());
            if (line.isEmpty()) return headers;
            if (count == limits.headers())
                throw new RejectedRequestException(
                        431, "more than " + limits.headers() + " headers");
            int colon = line.indexOf(':');
            if (colon < 0 || !isToken(line.substring(0, colon)))
                throw new RejectedRequestException(400, "not a header of the form NAME: VALUE");
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            if (name.equals("host") && headers.containsKey(name))
                throw new RejectedRequestException(400, "more than one Host");
            headers.merge(
                    name, line.substring(colon + 1).strip(), (some, more) -> some + ", " + more);
        }
    }

    /// Returns one line without its end, one character per byte. Control characters are invalid in
    /// a head. Rejecting them at once avoids waiting for a line end that another protocol never
    /// sends.
    private String line(int first) throws IOException, RejectedRequestException {
        var line = new StringBuilder();
        for (int b = first; b != '\n'; b = input.need()) {
            if (++size > limits.headSize())
                throw new RejectedRequestException(
                        431, "the request's head is above " + limits.headSize() + " bytes");
            if (endsWithReturn(line) || (b < ' ' && b != '\t' && b != '\r') || b == 0x7f)
                throw new RejectedRequestException(400, "not an HTTP request");
            line.append((char) b);
        }
        size++;
        if (endsWithReturn(line)) line.setLength(line.length() - 1);
        return line.toString();
    }

    private static boolean endsWithReturn(StringBuilder line) {
        return !line.isEmpty() && line.charAt(line.length() - 1) == '\r';
    }

    private static int bodyLength(Map<String, String> headers, int maxLength)
            throws RejectedRequestException {
        if (headers.containsKey("transfer-encoding")) throw tooLong(maxLength);
        String text = headers.getOrDefault("content-length", "0");
        if (text.isEmpty() || !text.chars().allMatch(HeadReader::isDigit))
            throw new RejectedRequestException(400, "not a content length");
        String digits = text.replaceFirst("^0+", "");
        if (digits.length() > MAX_LENGTH_DIGITS) throw tooLong(maxLength);
        int length = digits.isEmpty() ? 0 : Integer.parseInt(digits);
        if (length > maxLength) throw tooLong(maxLength);
        return length;
    }

    private static RejectedRequestException tooLong(int maxLength) {
        return new RejectedRequestException(
                413,
                maxLength == 0
                        ? "no body is accepted"
                        : "give a body of at most " + maxLength + " bytes, and its length");
    }

    /// Returns the body. Its memory grows as the body arrives, because the stated length costs a
    /// peer nothing.
    private String body(int length) throws IOException {
        byte[] body = new byte[Math.min(length, BODY_CHUNK)];
        int done = 0;
        while (done < length) {
            if (done == body.length)
                body = Arrays.copyOf(body, (int) Math.min(length, 2L * body.length));
            done += input.need(body, done, body.length - done);
        }
        return new String(body, ISO_8859_1);
    }

    /// Returns the path of a target in origin form (`/path?query`) or absolute form
    /// (`http://host/path`).
    private static String path(String target) throws RejectedRequestException {
        if (!target.chars().allMatch(c -> c > ' ' && c < 0x7f))
            throw new RejectedRequestException(400, "not a path");
        String path = target;
        if (path.regionMatches(true, 0, "http://", 0, 7)) {
            int slash = path.indexOf('/', 7);
            path = slash < 0 ? "/" : path.substring(slash);
        }
        if (!path.startsWith("/")) throw new RejectedRequestException(400, "not a path");
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    /// Returns the host and port of a target in absolute form.
    private static Optional<String> authority(String target) {
        if (target.startsWith("/")) return Optional.empty();
        int start = target.indexOf("//") + 2;
        int end = start;
        while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) end++;
        return Optional.of(target.substring(start, end));
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isToken(String text) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(c -> c > ' ' && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0);
    }
}
