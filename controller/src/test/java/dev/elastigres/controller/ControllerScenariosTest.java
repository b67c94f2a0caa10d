package dev.elastigres.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs scenarios of the controller's decisions. Each is a file of commands, each followed by its
/// indented results. `-Dscenarios.update=true` rewrites the results; check the differences
/// afterwards. [ControllerScenario] defines the commands.
class ControllerScenariosTest {
    private static final Path FOLDER =
            Path.of("src/test/resources/dev/elastigres/controller/scenarios");
    private static final String ANSWER = "    ";

    static List<Path> scenarios() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void isAnsweredAsBefore(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        var scenario = new ControllerScenario();
        var played = new ArrayList<String>();
        for (String line : lines) {
            if (line.startsWith(ANSWER)) continue;
            played.add(line);
            if (line.isEmpty() || line.startsWith("#")) continue;
            for (String answer : scenario.play(line)) played.add(ANSWER + answer);
        }
        if (Boolean.getBoolean("scenarios.update")) Files.write(file, played);
        else assertThat(played).as("%s", file).isEqualTo(lines);
    }
}
