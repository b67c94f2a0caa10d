package dev.elastigres.protocol.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.protocol.monitor.Handshake.HandshakeReply.Agreed;
import dev.elastigres.protocol.monitor.Handshake.HandshakeReply.Failed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"min\":1,\"max\":1}",
                "{\"min\":1,\"max\":1}\n",
                "{\"min\":0,\"max\":1}",
                "{\"max\":1,\"features\":[],\"min\":0}",
                "[1,1]"
            })
    void speaksTheOldVersionWithPeersThatKnowNoMore(String range) {
        assertThat(Handshake.answer(range, VersionRange.OURS)).isEqualTo(new Agreed(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"min\":1,\"max\":2}",
                "{\"min\":2,\"max\":2}",
                "{\"min\":1,\"max\":200}",
                "{\"max\":255,\"features\":[],\"min\":0}",
                "[1,2]"
            })
    void agreesOnTheHighestSharedVersion(String range) {
        assertThat(Handshake.answer(range, VersionRange.OURS)).isEqualTo(new Agreed(2));
    }

    @Test
    void picksTheHighestOfSeveral() {
        assertThat(Handshake.answer("{\"min\":1,\"max\":2}", new VersionRange(1, 3)))
                .isEqualTo(new Agreed(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"min\":5,\"max\":9}",
                "{\"min\":50,\"max\":90}",
                "{\"min\":0,\"max\":0}",
                "{\"min\":3,\"max\":1}",
                "{\"min\":1,\"max\":256}",
                "{\"min\":1.0,\"max\":1}",
                "{\"min\":-1,\"max\":1}",
                "{\"min\":\"1\",\"max\":1}",
                "{\"min\":1}",
                "{}",
                "[1]",
                "[1,1,1]",
                "1",
                "hello"
            })
    void rejectsInvalidVersionRange(String range) {
        assertThat(Handshake.answer(range, VersionRange.OURS))
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.error()).isNotBlank());
    }

    @Test
    void namesBothSidesOfADisagreement() {
        assertThat(Handshake.answer("{\"min\":5,\"max\":9}", new VersionRange(1, 1)))
                .isEqualTo(
                        new Failed(
                                "no shared protocol version: the agent speaks versions 5 to 9, this"
                                        + " monitor version 1"));
    }

    @Test
    void isWrittenAsDeployedPeersWriteIt() {
        assertThat(Handshake.encode(new VersionRange(1, 1))).isEqualTo("{\"min\":1,\"max\":1}\n");
        assertThat(Handshake.encode(VersionRange.OURS)).isEqualTo("{\"min\":1,\"max\":2}\n");
        assertThat(Handshake.encode(new Agreed(1))).isEqualTo("{\"version\":1}");
        assertThat(Handshake.encode(new Agreed(2))).isEqualTo("{\"version\":2}");
        assertThat(Handshake.encode(new Failed("no"))).isEqualTo("{\"error\":\"no\"}");
    }

    @Test
    void errorFieldMeansFailure() {
        assertThat(reply("{\"version\":1}")).isEqualTo(new Agreed(1));
        assertThat(reply("{\"version\":2}")).isEqualTo(new Agreed(2));
        assertThat(reply("{\"version\":1,\"error\":\"no\"}")).isEqualTo(new Failed("no"));
        assertThat(reply("{}")).isInstanceOf(Failed.class);
    }

    @Test
    void rejectsVersionThatWasNotOffered() {
        assertThat(reply("{\"version\":3}"))
                .isEqualTo(
                        new Failed(
                                "the monitor picked version 3, this agent offered versions 1 to"
                                        + " 2"));
        assertThat(reply("{\"version\":0}")).isInstanceOf(Failed.class);
    }

    private static Handshake.HandshakeReply reply(String text) {
        return Handshake.decodeReply(text, VersionRange.OURS);
    }
}
