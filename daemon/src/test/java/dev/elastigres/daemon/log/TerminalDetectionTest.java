package dev.elastigres.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalDetectionTest {

    @ParameterizedTest
    @CsvSource({
        "/dev/pts/0, true",
        "/dev/tty1, true",
        "/dev/ttyS0, true",
        "/dev/console, true",
        "/dev/null, false",
        "/dev/pts, false",
        "pipe:[9208], false",
        "socket:[1], false",
        "/var/log/out, false",
    })
    void knowsATerminalByItsDevice(String device, boolean terminal) {
        assertThat(TerminalDetection.isTerminal(device)).isEqualTo(terminal);
    }

    @Test
    void asksForColours() {
        assertThat(TerminalDetection.hasColours(Map.of())).isTrue();
        assertThat(TerminalDetection.hasColours(Map.of("NO_COLOR", ""))).isTrue();
        assertThat(TerminalDetection.hasColours(Map.of("NO_COLOR", "1"))).isFalse();
        assertThat(TerminalDetection.hasColours(Map.of("TERM", "dumb"))).isFalse();
    }
}
