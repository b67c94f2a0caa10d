package dev.elastigres.protocol.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Fuzzes the messages of both directions. A decoded message must survive encoding and decoding.
class CodecFuzzTest {

    @FuzzTest(maxDuration = "10s")
    void anyTextIsAMessageOrUnreadable(byte[] bytes) {
        String text = new String(bytes, UTF_8);
        switch (AgentCodec.decode(text)) {
            case Decoded.Message<AgentMessage>(AgentMessage message) ->
                    assertThat(AgentCodec.decode(AgentCodec.encode(message)))
                            .isEqualTo(new Decoded.Message<>(message));
            case Decoded.Unreadable<AgentMessage>(long id, String why) -> answer(id, why);
        }
        for (int version = VersionRange.OURS.min(); version <= VersionRange.OURS.max(); version++)
            monitorMessage(text, version);
        Handshake.HandshakeReply reply = Handshake.answer(text, VersionRange.OURS);
        assertThat(Handshake.decodeReply(Handshake.encode(reply), VersionRange.OURS))
                .isEqualTo(reply);
        assertThat(Handshake.decodeReply(text, VersionRange.OURS)).isNotNull();
    }

    private static void monitorMessage(String text, int version) {
        switch (MonitorCodec.decode(text, version)) {
            case Decoded.Message<MonitorMessage>(MonitorMessage message) ->
                    assertThat(MonitorCodec.decode(MonitorCodec.encode(message, version), version))
                            .isEqualTo(new Decoded.Message<>(message));
            case Decoded.Unreadable<MonitorMessage>(long id, String why) -> answer(id, why);
        }
    }

    private static void answer(long id, String why) {
        assertThat(why).isNotBlank().hasSizeLessThan(1000);
        assertThat(MonitorCodec.encode(new MonitorMessage.InvalidMessage(id, why), 1)).isNotBlank();
    }
}
