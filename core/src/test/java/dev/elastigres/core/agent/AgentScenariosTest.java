package dev.elastigres.core.agent;

import dev.elastigres.core.ScenarioFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs scenarios of one VM's agent. Each is a file of commands, each followed by its indented
/// results. `-Dscenarios.update=true` rewrites the results; check the differences afterwards.
/// [AgentScenario] defines the commands.
class AgentScenariosTest {
    static List<Path> scenarios() throws IOException {
        return ScenarioFile.in("agent/scenarios");
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void isAnsweredAsBefore(Path file) throws IOException {
        ScenarioFile.play(file, new AgentScenario()::play);
    }
}
