package dev.elastigres.protocol.reclaim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.protocol.reclaim.ReclaimReply.ReclaimEnd;
import dev.elastigres.protocol.reclaim.ReclaimRequest.ReclaimTarget;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReclaimCodecTest {
    private static final String REQUEST =
            "{\"uid\":\"0f-1\",\"container\":\"postgres\",\"scope\":\"pod\",\"bytes\":1024,"
                    + "\"floor\":0,\"within_ms\":5000}";

    @Test
    void aRequestIsOneLine() throws Exception {
        var request =
                new ReclaimRequest(
                        "0f-1",
                        "postgres",
                        ReclaimTarget.POD,
                        Bytes.of(1024),
                        Bytes.ZERO,
                        Duration.ofSeconds(5));
        assertThat(ReclaimCodec.encode(request)).isEqualTo(REQUEST);
        assertThat(ReclaimCodec.decodeRequest(REQUEST)).isEqualTo(request);
    }

    @ParameterizedTest
    @EnumSource
    void aReplyIsOneLine(ReclaimEnd ending) throws Exception {
        var reply = new ReclaimReply(Bytes.ofMebibytes(3), ending, "because");
        assertThat(ReclaimCodec.decodeReply(ReclaimCodec.encode(reply))).isEqualTo(reply);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "bytes":1024       | "bytes":0          | `bytes` is nothing
                    "bytes":1024       | "bytes":-1         | `bytes` is negative
                    "bytes":1024       | "bytes":"much"     | `bytes` is missing, or no whole number
                    "floor":0,         |                    | `floor` is missing, or no whole number
                    "within_ms":5000   | "within_ms":30001  | `within_ms` is not from 1 to 30000
                    "within_ms":5000   | "within_ms":0      | `within_ms` is not from 1 to 30000
                    "scope":"pod"      | "scope":"node"     | `scope` is neither container nor pod
                    "uid":"0f-1"       | "uid":""           | `uid` is not a pod's uid
                    "uid":"0f-1"       | "uid":7            | `uid` is missing, or no text
                    {"uid"             | ["uid"             | the line is not a JSON object
                    """)
    void namesInvalidField(String right, String wrong, String problem) {
        String line = REQUEST.replace(right, wrong == null ? "" : wrong);
        assertThatThrownBy(() -> ReclaimCodec.decodeRequest(line))
                .isInstanceOf(ReclaimException.class)
                .hasMessage(problem);
    }

    @Test
    void aLongReasonIsCut() {
        assertThat(new ReclaimReply(Bytes.ZERO, ReclaimEnd.REFUSED, "x".repeat(1000)).why())
                .hasSize(ReclaimReply.MAX_WHY);
    }
}
