package dev.elastigres.daemon.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.EOFException;
import java.io.IOException;

/// Fuzzes a request's head, and the handshake response of a WebSocket.
class HeadFuzzTest {
    private static final Routes PUTS = Routes.NONE.withPut("/", _ -> Response.text(200, "taken"));

    private static final String CRLF = "\r\n";

    @FuzzTest(maxDuration = "10s")
    void isReadOrRefused(byte[] bytes) throws IOException {
        try {
            var head =
                    new HeadReader(FuzzInput.of(bytes), ServerLimits.DEFAULT, "peer", PUTS).read();
            if (head == null) return;
            assertThat(head.request().path()).startsWith("/").doesNotContain(" ", "?");
            assertThat(head.request().headers()).hasSizeLessThanOrEqualTo(64);
            String answer = new String(WebSocketHandshake.accept(head), US_ASCII);
            assertThat(answer.indexOf(CRLF + CRLF))
                    .as("a peer writes nothing into the head of the answer")
                    .isEqualTo(answer.length() - 4);
        } catch (RejectedRequestException e) {
            String answer = new String(ResponseWriter.bytes(e.response(), true), US_ASCII);
            assertThat(answer).matches("(?s)HTTP/1\\.1 [45]\\d\\d .*");
        } catch (EOFException _) {
            // The input ends in the middle.
        }
    }
}
