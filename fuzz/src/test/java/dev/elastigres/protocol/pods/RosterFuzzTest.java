package dev.elastigres.protocol.pods;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// A roster. What is understood survives being written and read again.
class RosterFuzzTest {

    @FuzzTest(maxDuration = "10s")
    void anyTextIsReadOrRefused(byte[] bytes) throws RosterException {
        Roster roster;
        try {
            roster = RosterCodec.decode(new String(bytes, UTF_8));
        } catch (RosterException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(1000);
            return;
        }
        for (WatchedContainer each : roster.containers())
            assertThat(each.key() + each.id()).matches("[0-9A-Za-z/-]+");
        assertThat(RosterCodec.decode(RosterCodec.encode(roster))).isEqualTo(roster);
    }
}
