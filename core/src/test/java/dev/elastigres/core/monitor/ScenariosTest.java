package dev.elastigres.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs loads, each from a file with the usage over time and the expected requests.
/// `-Dscenarios.update=true` rewrites the expected requests; check the differences afterwards.
///
/// A file has comments, settings, the points of the usage (`SECONDS MIB`, interpolated linearly), a
/// line of dashes, and the expected events. Settings are `total MIB`, `grant SECONDS MIB` (delay
/// and amount of a grant; without it, no memory arrives), `announced first`, `noise MIB`, `others
/// SECONDS MIB` (memory held outside of Postgres from then on), `shrink SECONDS MIB` (size that the
/// agent requests from then on) and `repeat TIMES`.
class ScenariosTest {
    private static final Path FOLDER =
            Path.of("src/test/resources/dev/elastigres/core/monitor/scenarios");
    private static final String END = "----";

    static List<Path> scenarios() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void isAnsweredAsBefore(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        int end = lines.indexOf(END);
        List<String> given = end < 0 ? lines : lines.subList(0, end);
        List<String> expected = end < 0 ? List.of() : lines.subList(end + 1, lines.size());
        List<String> happened = play(given);
        if (Boolean.getBoolean("scenarios.update")) {
            var written = new ArrayList<>(given);
            written.add(END);
            written.addAll(happened);
            Files.write(file, written);
        } else {
            assertThat(happened).as("%s", file).isEqualTo(expected);
        }
    }

    private static List<String> play(List<String> given) {
        Bytes total = Bytes.ofGibibytes(1);
        var agent = MonitorSimulation.SimulatedAgent.NEVER;
        long noise = 0;
        int times = 1;
        var points = new ArrayList<double[]>();
        var others = new TreeMap<Long, Long>();
        var shrinks = new TreeMap<Long, Bytes>();
        for (String line : given) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "#", "" -> {}
                case "total" -> total = Bytes.ofMebibytes(Long.parseLong(words[1]));
                case "grant" ->
                        agent =
                                new MonitorSimulation.SimulatedAgent(
                                        Optional.of(seconds(words[1])),
                                        Bytes.ofMebibytes(Long.parseLong(words[2])),
                                        agent.announcedFirst());
                case "announced" ->
                        agent =
                                new MonitorSimulation.SimulatedAgent(
                                        agent.delay(), agent.step(), true);
                case "noise" -> noise = Long.parseLong(words[1]);
                case "others" ->
                        others.put(seconds(words[1]).toNanos(), Long.parseLong(words[2]) << 20);
                case "shrink" ->
                        shrinks.put(
                                seconds(words[1]).toNanos(),
                                Bytes.ofMebibytes(Long.parseLong(words[2])));
                case "repeat" -> times = Integer.parseInt(words[1]);
                default ->
                        points.add(
                                new double[] {
                                    Double.parseDouble(words[0]), Double.parseDouble(words[1])
                                });
            }
        }
        double period = points.getLast()[0];
        var random = new Random(1);
        long amplitude = noise << 20;
        var simulation =
                new MonitorSimulation(
                        MonitorRules.FORESIGHTED,
                        total,
                        agent,
                        now ->
                                Math.max(
                                        0,
                                        between(points, now / 1e9 % period)
                                                + (amplitude == 0
                                                        ? 0
                                                        : random.nextLong(-amplitude, amplitude))));
        if (!others.isEmpty())
            simulation.others = Optional.of(now -> others.floorEntry(now).getValue());
        shrinks.forEach(simulation::shrink);
        simulation.runUntil(Duration.ofNanos((long) (period * times * 1e9)));
        return tell(simulation, period * times);
    }

    private static Duration seconds(String text) {
        return Duration.ofMillis((long) (Double.parseDouble(text) * 1000));
    }

    private static long between(List<double[]> points, double second) {
        double[] before = points.getFirst();
        for (double[] point : points) {
            if (second < point[0]) {
                double part = (second - before[0]) / (point[0] - before[0]);
                return (long) ((before[1] + part * (point[1] - before[1])) * (1 << 20));
            }
            before = point;
        }
        return (long) (before[1] * (1 << 20));
    }

    private static List<String> tell(MonitorSimulation simulation, double seconds) {
        var lines = new ArrayList<String>();
        for (var event : simulation.events)
            lines.add(
                    "%.3fs %s"
                            .formatted(
                                    event.at() / 1e9,
                                    switch (event) {
                                        case MonitorSimulation.SimulatedEvent.Request(
                                                        long _,
                                                        UpscaleReason reason) ->
                                                "asked for "
                                                        + reason.more()
                                                        + " more: "
                                                        + reason.text();
                                        case MonitorSimulation.SimulatedEvent.MemoryArrival(
                                                        long _,
                                                        Bytes total) ->
                                                "the VM has " + total;
                                        case MonitorSimulation.SimulatedEvent.Answer(
                                                        long _,
                                                        String sentence) ->
                                                sentence;
                                        case MonitorSimulation.SimulatedEvent.Crossing(
                                                        long _,
                                                        Bytes at) ->
                                                "usage is at the threshold of " + at;
                                    }));
        lines.add(
                String.format(Locale.ROOT, "%.1f samples a second", simulation.samples / seconds));
        return lines;
    }
}
