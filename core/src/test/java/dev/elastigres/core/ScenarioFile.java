package dev.elastigres.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// A file of commands, each followed by its indented results.
public final class ScenarioFile {
    private static final String RESULT = "    ";

    private ScenarioFile() {}

    /// Returns the files of a folder below the test resources of this package.
    public static List<Path> in(String folder) throws IOException {
        Path resources = Path.of("src/test/resources/dev/elastigres/core");
        try (Stream<Path> files = Files.list(resources.resolve(folder))) {
            return files.sorted().toList();
        }
    }

    /// Plays the commands and compares their results with those of the file;
    /// `-Dscenarios.update=true` rewrites the results instead.
    ///
    /// @param scenario returns the results of a command
    public static void play(Path file, Function<String, List<String>> scenario) throws IOException {
        List<String> lines = Files.readAllLines(file);
        var played = new ArrayList<String>();
        for (String line : lines) {
            if (line.startsWith(RESULT)) continue;
            played.add(line);
            if (line.isEmpty() || line.startsWith("#")) continue;
            for (String answer : scenario.apply(line)) played.add(RESULT + answer);
        }
        if (Boolean.getBoolean("scenarios.update")) Files.write(file, played);
        else assertThat(played).as("%s", file).isEqualTo(lines);
    }
}
