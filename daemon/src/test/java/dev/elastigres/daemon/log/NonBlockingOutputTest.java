package dev.elastigres.daemon.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NonBlockingOutputTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void writesInOrder() throws Exception {
        var sink = new ByteArrayOutputStream();
        var out = output(sink);
        out.write(line("one"));
        out.write(line("two"));
        out.drain(LONG);
        assertThat(sink.toString(UTF_8)).isEqualTo("one\ntwo\n");
    }

    @Test
    void dropsLinesInsteadOfBlockingOnSlowReader() throws Exception {
        var pipe = new PipedOutputStream();
        try (var reader = new PipedInputStream(pipe, 16)) {
            var out = output(pipe);
            for (int i = 0; i < 5000; i++) out.write(line("line " + i));
            out.drain(Duration.ofMillis(1));
            // The number of dropped lines is reported as soon as the output is read.
            var read = new StringBuilder();
            while (!read.toString().contains("left out\n")) read.append((char) reader.read());
            assertThat(read.toString()).startsWith("line 0\n").containsPattern("\\d+ left out\n$");
        }
    }

    @Test
    void survivesAStreamThatIsBroken() throws Exception {
        var out =
                output(
                        new OutputStream() {
                            @Override
                            public void write(int b) throws IOException {
                                throw new IOException("broken pipe");
                            }
                        });
        out.write(line("one"));
        out.write(line("two"));
        out.drain(LONG);
    }

    private static NonBlockingOutput output(OutputStream sink) {
        return new NonBlockingOutput(sink, count -> line(count + " left out"));
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(UTF_8);
    }
}
