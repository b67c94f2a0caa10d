package dev.elastigres.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/// Encodes responses.
final class ResponseWriter {
    private ResponseWriter() {}

    /// Returns the encoded response; for `HEAD` without the body, whose length is sent
    /// nevertheless.
    static byte[] bytes(Response response, boolean withBody) {
        byte[] body = response.body().getBytes(UTF_8);
        boolean upgrade = response.headers().containsKey("Upgrade");

        var head = new StringBuilder();
        head.append("HTTP/1.1 ").append(response.status()).append(' ');
        head.append(phrase(response.status())).append("\r\n");
        header(head, "Content-Type", response.contentType());
        header(head, "Content-Length", Integer.toString(body.length));
        header(head, "Connection", upgrade ? "close, Upgrade" : "close");
        response.headers().forEach((name, value) -> header(head, name, value));
        head.append("\r\n");

        var bytes = new ByteArrayOutputStream(head.length() + body.length);
        bytes.writeBytes(head.toString().getBytes(UTF_8));
        if (withBody) bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    /// Returns the encoded head of a stream, whose end is the end of the connection.
    static byte[] head(EventStream stream) {
        var head = new StringBuilder("HTTP/1.1 200 OK\r\n");
        header(head, "Content-Type", "text/event-stream");
        header(head, "Cache-Control", "no-store");
        header(head, "Connection", "close");
        stream.headers().forEach((name, value) -> header(head, name, value));
        return head.append("\r\n").toString().getBytes(UTF_8);
    }

    private static void header(StringBuilder head, String name, String value) {
        if (value.chars().anyMatch(c -> c < ' ' && c != '\t'))
            throw new IllegalArgumentException("not a value for the header " + name);
        head.append(name).append(": ").append(value).append("\r\n");
    }

    /// Returns the reason phrase, which only people read.
    private static String phrase(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 409 -> "Conflict";
            case 413 -> "Content Too Large";
            case 426 -> "Upgrade Required";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 503 -> "Service Unavailable";
            case 505 -> "HTTP Version Not Supported";
            default -> "";
        };
    }
}
