package dev.elastigres.core.scheduler;

import dev.elastigres.core.ScenarioFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs scenarios of the permit ledger and of the rebalancer. Each is a file of commands, each
/// followed by its indented results. `-Dscenarios.update=true` rewrites the results; check the
/// differences afterwards. [LedgerScenario] and [RebalanceScenario] define the commands.
class SchedulerScenariosTest {
    static List<Path> permits() throws IOException {
        return ScenarioFile.in("scheduler/permits");
    }

    static List<Path> moves() throws IOException {
        return ScenarioFile.in("scheduler/moves");
    }

    @ParameterizedTest
    @MethodSource("permits")
    void permitsAreAnsweredAsBefore(Path file) throws IOException {
        ScenarioFile.play(file, new LedgerScenario()::play);
    }

    @ParameterizedTest
    @MethodSource("moves")
    void movesArePlannedAsBefore(Path file) throws IOException {
        ScenarioFile.play(file, new RebalanceScenario()::play);
    }
}
