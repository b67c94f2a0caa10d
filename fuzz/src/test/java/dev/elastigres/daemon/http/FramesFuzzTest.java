package dev.elastigres.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import java.io.EOFException;
import java.io.IOException;

/// Fuzzes WebSocket frames: fragmented messages with control frames between fragments.
class FramesFuzzTest {
    private static final int MESSAGE_SIZE = 300;

    @FuzzTest(maxDuration = "10s")
    void areMessagesOrRefused(byte[] bytes) throws IOException {
        var frames =
                new FrameReader(
                        FuzzInput.of(bytes),
                        MESSAGE_SIZE,
                        ping -> assertThat(ping.length).isLessThanOrEqualTo(125));
        try {
            while (true) {
                switch (frames.next()) {
                    case WebSocketMessage.Text(String text) ->
                            assertThat(text.getBytes(UTF_8).length)
                                    .isLessThanOrEqualTo(MESSAGE_SIZE);
                    case WebSocketMessage.Binary(int size) ->
                            assertThat(size).isLessThanOrEqualTo(MESSAGE_SIZE);
                    case Closed(int code, String _) -> {
                        assertThat(code == Closed.NO_CODE || Frames.isCloseCode(code)).isTrue();
                        return;
                    }
                }
            }
        } catch (ProtocolException e) {
            assertThat(Frames.isCloseCode(e.closed().code())).isTrue();
        } catch (EOFException _) {
            // The input ends in the middle.
        }
    }
}
