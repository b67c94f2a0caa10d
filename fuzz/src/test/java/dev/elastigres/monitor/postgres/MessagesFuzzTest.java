package dev.elastigres.monitor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;

/// Fuzzes the messages of a Postgres server.
class MessagesFuzzTest {

    @FuzzTest(maxDuration = "10s")
    void areLetThroughAsTheyCameOrRefused(byte[] bytes) throws IOException {
        var messages = new MessageStream(new ByteArrayInputStream(bytes));
        int count = 0;
        try {
            for (int b = messages.read(); b >= 0; b = messages.read()) {
                assertThat((byte) b).isEqualTo(bytes[count]);
                count++;
            }
            assertThat(count).isEqualTo(bytes.length);
        } catch (EOFException | MessageException _) {
            assertThat(count).isLessThan(bytes.length);
        }
    }
}
