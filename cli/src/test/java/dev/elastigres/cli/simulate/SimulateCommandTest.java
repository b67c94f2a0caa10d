package dev.elastigres.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class SimulateCommandTest {
    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path folder;

    @BeforeEach
    void takeStreams() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void giveStreamsBack() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    @Test
    void reportsNoViolations() {
        assertThat(run("--seeds", "4")).isEqualTo(0);
        assertThat(text(out)).startsWith("4 seeds, ").endsWith(": no violation\n");
    }

    @Test
    void namesTheSeedThatBrokeAndHowToSeeItAgain() {
        assertThat(run("--seeds", "4", "--plant", "unpermitted")).isEqualTo(1);
        String again =
                text(out).lines().filter(it -> it.contains("again with")).findFirst().orElseThrow();
        out.reset();
        String[] words = again.strip().split(" ", -1);
        assertThat(run("--seed", words[words.length - 3], "--plant", "unpermitted")).isEqualTo(1);
        assertThat(text(out))
                .contains("MetricsRead[", "seed " + words[words.length - 3] + ", after ");
    }

    @Test
    void simulatesClusters() {
        assertThat(run("--cluster", "--seeds", "2")).isEqualTo(0);
        assertThat(text(out)).startsWith("2 clusters, ").endsWith(": no violation\n");
        out.reset();
        assertThat(run("--cluster", "--seeds", "2", "--json")).isEqualTo(0);
        assertThat(text(out)).startsWith("{\"clusters\":2,").contains("\"violations\":0");
        assertThat(run("--cluster", "--plant", "unpermitted")).isEqualTo(2);
        assertThat(run("--compare-moves")).isEqualTo(2);
        assertThat(run("--cluster", "--compare-moves", "--plant", "doubling")).isEqualTo(2);
        assertThat(run("--cluster", "--trace", "generated:all")).isEqualTo(2);
        out.reset();
        assertThat(run("--cluster", "--seeds", "20", "--plant", "credulous")).isEqualTo(1);
        assertThat(text(out)).contains("again with: ./elastigres simulate --cluster --seed ");
    }

    @Test
    void comparesPoliciesOnAFile() throws Exception {
        var csv = new StringBuilder("time,cpu,memory,working set\n");
        for (int i = 0; i <= 120; i++)
            csv.append("%d,%s,%d,%d%n".formatted(i * 30, i > 40 && i < 80 ? 2 : 0.1, 500 << 20, 0));
        Path file = Files.writeString(folder.resolve("load.csv"), csv);
        assertThat(run("--trace", file.toString(), "--json")).isEqualTo(0);
        assertThat(text(out))
                .hasLineCount(5)
                .contains("\"policy\":\"neon\"", "\"oom_risks\":0", "\"delay_p99_s\":");
        assertThat(text(out).lines().filter(it -> it.contains("\"policy\":\"clairvoyant\"")))
                .satisfiesExactly(
                        it -> assertThat(it).contains("\"shape\":\"units\"", "\"cost_ratio\":1.0"),
                        it -> assertThat(it).contains("\"shape\":\"independent\""));
    }

    @Test
    void sizesEachResourceOnItsOwn() {
        assertThat(run("--trace", "generated:ramp", "--json")).isEqualTo(0);
        double tied = costRatioOfFirstRow("\"shape\":\"units\"");
        out.reset();
        assertThat(run("--trace", "generated:ramp", "--shape", "independent", "--json"))
                .isEqualTo(0);
        assertThat(costRatioOfFirstRow("\"shape\":\"independent\"")).isLessThan(tied);
        assertThat(run("--trace", "generated:ramp", "--shape", "round")).isEqualTo(2);
    }

    private double costRatioOfFirstRow(String shape) {
        String row = text(out).lines().findFirst().orElseThrow();
        assertThat(row).contains("\"policy\":\"elastigres\"", shape);
        var ratio = Pattern.compile("\"cost_ratio\":([0-9.]+)").matcher(row);
        assertThat(ratio.find()).isTrue();
        return Double.parseDouble(ratio.group(1));
    }

    @Test
    void comparesPoliciesOnALoadOfItsOwn() {
        assertThat(run("--trace", "generated:ramp")).isEqualTo(0);
        assertThat(text(out))
                .hasLineCount(7)
                .contains("elastigres", "neon", "fixed at", "clairvoyant, independent");
    }

    @Test
    void pricesWeighTheResources() {
        assertThat(
                        run(
                                "--trace",
                                "generated:ramp",
                                "--cpu-price",
                                "0",
                                "--memory-price",
                                "1",
                                "--json"))
                .isEqualTo(0);
        // With CPUs free, a tied schedule pays its memory alone: a GiB a unit, about 20 unit-hours.
        assertThat(text(out).lines().filter(it -> it.contains("clairvoyant")).findFirst())
                .hasValueSatisfying(it -> assertThat(it).contains("\"cost_cu_hours\":20."));
    }

    @Test
    void drawsALoad() throws Exception {
        Path svg = folder.resolve("load.svg");
        assertThat(run("--trace", "generated:ramp", "--svg", svg.toString())).isEqualTo(0);
        var parser = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
        var document = parser.parse(svg.toFile());
        // Demand and size, for CPUs and memory, of five policies.
        assertThat(document.getElementsByTagName("path").getLength()).isEqualTo(5 * 2 * 3);
    }

    @Test
    void drawsACurveThroughThePreferences() throws Exception {
        Path svg = folder.resolve("curve.svg");
        assertThat(
                        run(
                                "--trace",
                                "generated:ramp",
                                "--seeds",
                                "2",
                                "--shape",
                                "independent",
                                "--curve",
                                svg.toString()))
                .isEqualTo(0);
        var parser = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
        // A point for each preference of each load, and one in the legend.
        assertThat(parser.parse(svg.toFile()).getElementsByTagName("circle").getLength())
                .isEqualTo(2 * (3 + 1));
    }

    @Test
    void replaysSeveralSeedsOfALoad() {
        assertThat(run("--trace", "generated:ramp", "--seeds", "2")).isEqualTo(0);
        assertThat(text(out)).contains("generated:ramp, seed 1\n", "generated:ramp, seed 2\n");
    }

    @Test
    void ourRulesCanBeSwitchedOneByOne() {
        assertThat(run("--trace", "generated:bursty", "--damping", "off")).isEqualTo(0);
        assertThat(text(out)).contains("elastigres but damping");
        out.reset();
        String[] demand = {
            "--trace",
            "generated:ramp",
            "--rules",
            "neon",
            "--cpu-demand",
            "on",
            "--unit-memory",
            "512M"
        };
        assertThat(run(demand)).isEqualTo(0);
        assertThat(text(out)).contains("neon and cpu-demand");
    }

    @Test
    void reportsInvalidTraceWithItsLine() throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("load.csv"), "time,cpu,memory,working_set\n1,one,2,3\n");
        assertThat(run("--trace", file.toString())).isEqualTo(1);
        assertThat(text(err))
                .endsWith("load.csv: line 2 has a cpu that is not a number in its range\n");
        err.reset();
        assertThat(run("--trace", folder.resolve("none").toString())).isEqualTo(1);
        assertThat(text(err)).contains("cannot read").hasLineCount(1);
        err.reset();
        assertThat(run("--trace", folder.toString())).isEqualTo(1);
        assertThat(text(err)).contains("cannot read").hasLineCount(1);
        err.reset();
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, 10, 0});
        assertThat(run("--trace", binary.toString())).isEqualTo(1);
        assertThat(text(err)).endsWith("binary: it is not UTF-8 text\n").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--seeds 0",
                "--seeds many",
                "--plant weeds",
                "--trace generated:chaos",
                "--trace generated:ramp --damping maybe",
                "--trace generated:ramp --unit-cpus 0",
                "--trace generated:ramp --seeds 0",
                "--trace generated:ramp --plant deaf",
                "--trace generated:ramp --cpu-price -1",
                "--trace generated:all --svg load.svg",
                "--trace recorded:none",
                "--trace load.csv --seeds 3",
                "--svg load.svg",
                "--trace load.csv --curve curve.svg",
                "--prefer fast"
            })
    void wrongUsageIsTwo(String line) {
        assertThat(run(line.split(" ", -1))).isEqualTo(2);
    }

    private static int run(String... arguments) {
        return new CommandLine(new SimulateCommand())
                .setErr(new PrintWriter(new StringWriter()))
                .execute(arguments);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
