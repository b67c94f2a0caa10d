package dev.elastigres.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs scenarios of the permit ledger and of the rebalancer. Each is a file of commands, each
/// followed by its indented results. `-Dscenarios.update=true` rewrites the results; check the
/// differences afterwards. [LedgerScenario] and [RebalanceScenario] define the commands.
class SchedulerScenariosTest {
    private static final Path FOLDER = Path.of("src/test/resources/dev/elastigres/core/scheduler");
    private static final String ANSWER = "    ";

    static List<Path> permits() throws IOException {
        return files("permits");
    }

    static List<Path> moves() throws IOException {
        return files("moves");
    }

    private static List<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("permits")
    void permitsAreAnsweredAsBefore(Path file) throws IOException {
        play(file, new LedgerScenario()::play);
    }

    @ParameterizedTest
    @MethodSource("moves")
    void movesArePlannedAsBefore(Path file) throws IOException {
        play(file, new RebalanceScenario()::play);
    }

    private static void play(Path file, Function<String, List<String>> scenario)
            throws IOException {
        List<String> lines = Files.readAllLines(file);
        var played = new ArrayList<String>();
        for (String line : lines) {
            if (line.startsWith(ANSWER)) continue;
            played.add(line);
            if (line.isEmpty() || line.startsWith("#")) continue;
            for (String answer : scenario.apply(line)) played.add(ANSWER + answer);
        }
        if (Boolean.getBoolean("scenarios.update")) Files.write(file, played);
        else assertThat(played).as("%s", file).isEqualTo(lines);
    }
}
