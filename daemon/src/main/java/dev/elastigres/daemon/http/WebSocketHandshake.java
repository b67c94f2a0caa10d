package dev.elastigres.daemon.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/// The server's side of the WebSocket handshake (RFC 6455, 4.2). Offered extensions and
/// subprotocols are declined by omitting them from the response.
final class WebSocketHandshake {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private WebSocketHandshake() {}

    /// Returns the response that switches protocols.
    static byte[] accept(HeadReader.RequestHead head) throws RejectedRequestException {
        Request request = head.request();
        if (!head.upgradable()
                || !request.method().equals("GET")
                || !hasToken(request, "Upgrade", "websocket")
                || !hasToken(request, "Connection", "upgrade"))
            throw new RejectedRequestException(wrongVersion("a WebSocket handshake is required"));
        if (!request.header("Sec-WebSocket-Version").orElse("").equals("13"))
            throw new RejectedRequestException(
                    wrongVersion("only version 13 of WebSocket is supported"));
        String key = request.header("Sec-WebSocket-Key").orElse("");
        if (!isKey(key)) throw new RejectedRequestException(400, "not a Sec-WebSocket-Key");

        return ("HTTP/1.1 101 Switching Protocols\r\n"
                        + "Upgrade: websocket\r\n"
                        + "Connection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: "
                        + proof(key)
                        + "\r\n\r\n")
                .getBytes(US_ASCII);
    }

    /// Returns the value that proves that the server has read `key` and supports the protocol.
    static String proof(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    private static Response wrongVersion(String why) {
        return Response.text(426, why)
                .with("Upgrade", "websocket")
                .with("Sec-WebSocket-Version", "13");
    }

    private static boolean hasToken(Request request, String header, String token) {
        for (String part : request.header(header).orElse("").split(",", -1))
            if (part.strip().equalsIgnoreCase(token)) return true;
        return false;
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
