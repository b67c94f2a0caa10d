package dev.elastigres.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.demo.DemoEvent.LoadBegan;
import dev.elastigres.demo.DemoEvent.LoadEnded;
import dev.elastigres.host.terminal.TerminalText;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LiveViewTest {
    private static final Pattern CONTROL =
            Pattern.compile("\u001b\\[(\\d*)(A|J)|\u001b\\[\\?25[hl]|\n");

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final LiveView view =
            new LiveView(
                    new PrintStream(written, true, StandardCharsets.UTF_8),
                    _ -> new LiveFrame(MachineSizes.DEFAULT, new TerminalText(60, false, false)),
                    DemoTextFormatter.MADE_UP);

    @Test
    void keepsLiveFrameBelowEvents() {
        view.happened(Duration.ofSeconds(1), new LoadBegan(4));
        view.gauge(Duration.ofSeconds(2), gauge("first"));
        view.gauge(Duration.ofSeconds(3), gauge("second"));
        view.happened(Duration.ofSeconds(4), new LoadEnded());

        List<String> screen = screen();
        int told = screen.indexOf("  4.00 s  load ends: its clients have disconnected");
        assertThat(screen.subList(told - 1, screen.size()))
                .startsWith(
                        "  1.00 s  load begins: 4 clients open large sorted reports",
                        "  4.00 s  load ends: its clients have disconnected",
                        "",
                        "        3.00 s - second")
                .hasSize(3 + LiveFrame.HEIGHT);
        assertThat(screen).noneMatch(line -> line.contains("first"));
    }

    @Test
    void leavesTheTerminalAsItWas() {
        view.gauge(Duration.ofSeconds(2), gauge("first"));
        view.close();
        String all = written.toString(StandardCharsets.UTF_8);
        assertThat(all).startsWith("\u001b[?25l").endsWith("\u001b[?25h");
        assertThat(screen()).containsExactly(DemoTextFormatter.MADE_UP, "");
    }

    private static DemoSnapshot gauge(String step) {
        return new DemoSnapshot(
                Bytes.ZERO, Bytes.ofMebibytes(350), MachineSizes.DEFAULT.of(2), Bytes.ZERO, step);
    }

    /// Returns the lines that a terminal shows after all output.
    private List<String> screen() {
        var lines = new ArrayList<String>();
        int row = 0;
        String all = written.toString(StandardCharsets.UTF_8);
        int from = 0;
        var controls = CONTROL.matcher(all);
        while (controls.find()) {
            String text = all.substring(from, controls.start());
            from = controls.end();
            if (!text.isEmpty()) lines.add(row, text);
            if (controls.group().equals("\n")) {
                if (text.isEmpty()) lines.add(row, text);
                row++;
            } else if ("A".equals(controls.group(2))) {
                row -= Integer.parseInt(controls.group(1));
            } else if ("J".equals(controls.group(2))) {
                lines.subList(row, lines.size()).clear();
            }
        }
        return lines;
    }
}
