package dev.elastigres.host.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.host.terminal.TerminalText.TextStyle;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalTextTest {
    private static final TerminalText PLAIN = new TerminalText(40, false, false);

    @Test
    void barShowsFilledAndShadedPartsWithAMark() {
        assertThat(PLAIN.bar(10, 0.3, 0.5, 0.8, TextStyle.GREEN)).isEqualTo("###--...|.");
        assertThat(PLAIN.bar(10, 0.5, 0.5, 0.2, TextStyle.GREEN)).isEqualTo("##|##.....");
        assertThat(PLAIN.bar(10, 9, -1, 9, TextStyle.GREEN)).isEqualTo("#########|");
        assertThat(PLAIN.bar(1, Double.NaN, 0, 0, TextStyle.GREEN)).hasSize(1);
        assertThat(new TerminalText(40, true, true).bar(10, 0.5, 0.5, 1, TextStyle.RED))
                .contains("\u001b[31m█████\u001b[0m");
    }

    @Test
    void fitLeavesTheLastColumnFree() {
        assertThat(PLAIN.fit("x".repeat(100))).hasSize(39);
        assertThat(new TerminalText(1, true, true).fit("xyz")).isEqualTo("x");
    }

    @Test
    void paintsOnlyWithColours() {
        assertThat(PLAIN.paint(TextStyle.RED, "x")).isEqualTo("x");
        assertThat(new TerminalText(9, true, true).paint(TextStyle.BOLD, "x"))
                .isEqualTo("\u001b[1mx\u001b[0m");
    }

    @Test
    void parsesTheSizeThatSttyPrints() {
        assertThat(TerminalSize.parse("24 80\n")).contains(new TerminalSize(24, 80));
        assertThat(TerminalSize.parse("0 0")).isEmpty();
        assertThat(TerminalSize.parse("")).isEmpty();
        assertThat(TerminalSize.parse("stty: no")).isEmpty();
        assertThat(Terminal.isTerminal(Path.of("/no/such/file"))).isFalse();
    }

    @Test
    void fullScreenRestoresTheTerminalOnce() {
        var written = new ByteArrayOutputStream();
        var screen = new FullScreen(new PrintStream(written, true, StandardCharsets.UTF_8));
        screen.draw(List.of("one", "two"));
        screen.close();
        screen.close();
        screen.draw(List.of("three"));
        assertThat(written.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        "\u001b[?1049h\u001b[?25l\u001b[Hone\u001b[K\r\ntwo\u001b[K\u001b[J"
                                + "\u001b[?25h\u001b[?1049l");
    }
}
