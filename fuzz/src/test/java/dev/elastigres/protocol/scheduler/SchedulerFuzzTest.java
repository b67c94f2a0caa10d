package dev.elastigres.protocol.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Fuzzes requests and answers. A decoded message must survive encoding and decoding.
class SchedulerFuzzTest {

    @FuzzTest(maxDuration = "10s")
    void anyTextIsReadOrRefused(byte[] bytes) throws SchedulerFormatException {
        String text = new String(bytes, UTF_8);
        request(text);
        answer(text);
    }

    private static void request(String text) throws SchedulerFormatException {
        SchedulerRequest request;
        try {
            request = SchedulerCodec.decodeRequest(text);
        } catch (SchedulerFormatException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(1000);
            return;
        }
        assertThat(SchedulerCodec.decodeRequest(SchedulerCodec.encode(request))).isEqualTo(request);
    }

    private static void answer(String text) throws SchedulerFormatException {
        SchedulerResponse answer;
        try {
            answer = SchedulerCodec.decodeAnswer(text);
        } catch (SchedulerFormatException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(1000);
            return;
        }
        assertThat(SchedulerCodec.decodeAnswer(SchedulerCodec.encode(answer))).isEqualTo(answer);
    }
}
