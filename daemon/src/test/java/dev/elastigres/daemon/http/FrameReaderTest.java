package dev.elastigres.daemon.http;

import static dev.elastigres.daemon.http.RawClient.frame;
import static dev.elastigres.daemon.http.RawClient.join;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameReaderTest {
    private static final int LARGEST = 1000;

    private final List<String> pings = new ArrayList<>();

    @Test
    void readsMessagesOfEveryLength() throws Exception {
        for (int length : List.of(0, 1, 125, 126, 127, 999, 1000)) {
            String text = "x".repeat(length);
            assertThat(read(frame(true, Frames.TEXT, text.getBytes(UTF_8))))
                    .isEqualTo(new WebSocketMessage.Text(text));
            assertThat(read(frame(true, Frames.BINARY, new byte[length])))
                    .isEqualTo(new WebSocketMessage.Binary(length));
        }
    }

    @Test
    void readsLongLengths() throws Exception {
        var reader = reader(frame(true, Frames.TEXT, "y".repeat(65_536).getBytes(UTF_8)), 1 << 20);
        assertThat(reader.next()).isEqualTo(new WebSocketMessage.Text("y".repeat(65_536)));
    }

    @Test
    void putsFragmentsTogetherAroundControlFrames() throws Exception {
        byte[] euro = "€".getBytes(UTF_8);
        byte[] bytes =
                join(
                        frame(false, Frames.TEXT, new byte[] {'a', euro[0]}),
                        frame(true, Frames.PING, "1".getBytes(UTF_8)),
                        frame(false, Frames.CONTINUATION, new byte[] {}),
                        frame(false, Frames.CONTINUATION, new byte[] {euro[1]}),
                        frame(true, Frames.PONG, "2".getBytes(UTF_8)),
                        frame(true, Frames.CONTINUATION, new byte[] {euro[2], 'b'}),
                        frame(true, Frames.TEXT, new byte[] {'c'}));
        var reader = reader(bytes, LARGEST);
        assertThat(reader.next()).isEqualTo(new WebSocketMessage.Text("a€b"));
        assertThat(reader.next()).isEqualTo(new WebSocketMessage.Text("c"));
        assertThat(pings).containsExactly("1");
    }

    @Test
    void readsCloseFrames() throws Exception {
        assertThat(read(frame(true, Frames.CLOSE, new byte[0])))
                .isEqualTo(new Closed(Closed.NO_CODE, ""));
        assertThat(read(frame(true, Frames.CLOSE, closing(1000, "bye ä"))))
                .isEqualTo(new Closed(1000, "bye ä"));
        assertThat(read(frame(true, Frames.CLOSE, closing(4999, ""))))
                .isEqualTo(new Closed(4999, ""));
    }

    /// Frames in hexadecimal, with the close code and rule of the answer.
    @ParameterizedTest
    @CsvSource({
        "c180 00000000, 1002, a reserved bit is set",
        "a180 00000000, 1002, a reserved bit is set",
        "9180 00000000, 1002, a reserved bit is set",
        "8380 00000000, 1002, opcode 3 is reserved",
        "8780 00000000, 1002, opcode 7 is reserved",
        "8b80 00000000, 1002, opcode 11 is reserved",
        "8f80 00000000, 1002, opcode 15 is reserved",
        "8100, 1002, a client's frame must be masked",
        "0980 00000000, 1002, a control frame is fragmented",
        "89fe 0080, 1002, a control frame is above 125 bytes",
        "88ff 7fffffffffffffff, 1002, a control frame is above 125 bytes",
        "0181 00000000 61 89ff 7fffffffffffffff, 1002, a control frame is above 125 bytes",
        "0181 00000000 61 0980 00000000, 1002, a control frame is fragmented",
        "0181 00000000 61 8000, 1002, a client's frame must be masked",
        "0181 00000000 61 c080 00000000, 1002, a reserved bit is set",
        "8080 00000000, 1002, a continuation has nothing to continue",
        "0180 00000000 8180 00000000, 1002, a message begins inside another",
        "0180 00000000 0280 00000000, 1002, a message begins inside another",
        "81fe 007d, 1002, a length is not in its shortest form",
        "81ff 000000000000ffff, 1002, a length is not in its shortest form",
        "81ff 8000000000000000, 1002, the highest bit of a length is set",
        "81ff ffffffffffffffff, 1002, the highest bit of a length is set",
        "81ff 7fffffffffffffff, 1009, a message is above 1000 bytes",
        "81fe 03e9, 1009, a message is above 1000 bytes",
        "82fe 03e9, 1009, a message is above 1000 bytes",
        "0181 00000000 61 80fe 03e8, 1009, a message is above 1000 bytes",
        "0181 00000000 61 80ff 7fffffffffffffff, 1009, a message is above 1000 bytes",
        "0181 00000000 61 80ff 7ffffffffffffffe, 1009, a message is above 1000 bytes",
        "0181 00000000 61 80ff 0000000100000000, 1009, a message is above 1000 bytes",
        "0281 00000000 61 00ff 7fffffffffffffff, 1009, a message is above 1000 bytes",
        "80ff 7fffffffffffffff, 1009, a message is above 1000 bytes",
        "8181 00000000 ff, 1007, a text is not UTF-8",
        "8182 00000000 c080, 1007, a text is not UTF-8",
        "8183 00000000 eda080, 1007, a text is not UTF-8",
        "8182 00000000 e282, 1007, a text is not UTF-8",
        "0181 00000000 e2 8082 00000000 8261, 1007, a text is not UTF-8",
        "8881 00000000 03, 1002, a close frame has half a code",
        "8882 00000000 0000, 1002, 0 is not a code for a close frame",
        "8882 00000000 03ec, 1002, 1004 is not a code for a close frame",
        "8882 00000000 03ed, 1002, 1005 is not a code for a close frame",
        "8882 00000000 03ee, 1002, 1006 is not a code for a close frame",
        "8882 00000000 03f7, 1002, 1015 is not a code for a close frame",
        "8882 00000000 1388, 1002, 5000 is not a code for a close frame",
        "8883 00000000 03e8ff, 1007, a text is not UTF-8",
    })
    void refuses(String hexadecimal, int code, String rule) {
        var refused = catchThrowableOfType(ProtocolException.class, () -> read(bytes(hexadecimal)));
        assertThat(refused.closed()).isEqualTo(new Closed(code, rule));
    }

    @Test
    void everyTruncationIsAnEnd() {
        byte[] whole = frame(true, Frames.TEXT, "z".repeat(200).getBytes(UTF_8));
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(part)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void reassemblesRandomlySplitMessages() throws Exception {
        var random = new Random(2);
        for (int round = 0; round < 500; round++) {
            var expected = new ArrayList<WebSocketMessage>();
            var frames = new ArrayList<byte[]>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                String text = randomText(random);
                expected.add(new WebSocketMessage.Text(text));
                addFragments(text.getBytes(UTF_8), random, frames);
            }
            var reader = reader(join(frames.toArray(byte[][]::new)), 4000);
            for (WebSocketMessage message : expected) assertThat(reader.next()).isEqualTo(message);
        }
        assertThat(pings).hasSizeGreaterThan(100);
    }

    private static void addFragments(byte[] text, Random random, List<byte[]> frames) {
        int opcode = Frames.TEXT;
        for (int at = 0; ; ) {
            int length = random.nextInt(text.length - at + 1);
            boolean last = at + length == text.length;
            byte[] part = Arrays.copyOfRange(text, at, at + length);
            frames.add(frame(last, opcode, part));
            if (last) return;
            if (random.nextInt(3) == 0) frames.add(frame(true, Frames.PING, new byte[3]));
            opcode = Frames.CONTINUATION;
            at += length;
        }
    }

    private static String randomText(Random random) {
        return random.ints(random.nextInt(300), 0, Character.MAX_CODE_POINT + 1)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Test
    void anyBytesAreReadOrRefused() throws IOException {
        var random = new Random(3);
        var outcomes = new HashMap<String, Integer>();
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            if (bytes.length > 1 && random.nextInt(10) > 0) {
                bytes[0] &= (byte) 0x8f;
                bytes[1] = (byte) (0x80 | bytes[1] % 40);
            }
            outcomes.merge(outcome(bytes), 1, Integer::sum);
        }
        assertThat(outcomes)
                .containsOnlyKeys("Text", "Binary", "Closed", "1002", "1007", "1009", "end");
    }

    private String outcome(byte[] bytes) throws IOException {
        try {
            return read(bytes).getClass().getSimpleName();
        } catch (ProtocolException e) {
            return Integer.toString(e.closed().code());
        } catch (EOFException _) {
            return "end";
        }
    }

    private WebSocketMessage read(byte[] bytes) throws IOException, ProtocolException {
        return reader(bytes, LARGEST).next();
    }

    private FrameReader reader(byte[] bytes, int largest) {
        return new FrameReader(
                InputFixtures.input(bytes),
                largest,
                ping -> pings.add(new String(ping, ISO_8859_1)));
    }

    private static byte[] closing(int code, String reason) {
        return join(new byte[] {(byte) (code >> 8), (byte) code}, reason.getBytes(UTF_8));
    }

    private static byte[] bytes(String hexadecimal) {
        return HexFormat.of().parseHex(hexadecimal.replace(" ", ""));
    }
}
