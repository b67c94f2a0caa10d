package dev.elastigres.cli.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class VmCommandTest {
    private static CommandLine commandLine() {
        return new CommandLine(new VmCommand()).setErr(new PrintWriter(new StringWriter()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create x --cpus 4..1 --memory 512M..4G",
                "create x --cpus 1..4 --memory 512M..513M",
                "create x --cpus 1..4",
                "create x --cpus 1 --memory 1G --accel magic",
                "create x --cpus 1 --memory 1G --publish 5432",
                "create x --from nothing --cpus 1",
                "create no/name --from nothing",
                "resize x",
                "resize x --memory much",
                "resize",
                "image build --postgres 9",
                "image build --mirror",
                "image",
                "image delete",
                "image delete x --unused",
                "start ../x",
                "exec x",
                "exec x --",
                "psql",
                "psql -c select",
                "nonsense"
            })
    void wrongUsageIsTwo(String line) {
        assertThat(commandLine().execute(line.split(" ", -1))).isEqualTo(2);
    }

    @Test
    void everyCommandHasADescription() {
        var commands = commandLine().getSubcommands();
        assertThat(commands)
                .containsKeys(
                        "image",
                        "create",
                        "start",
                        "stop",
                        "kill",
                        "delete",
                        "list",
                        "show",
                        "logs",
                        "resize",
                        "migrate",
                        "snapshot",
                        "exec",
                        "psql",
                        "console");
        assertThat(commands.values())
                .allSatisfy(
                        command ->
                                assertThat(command.getCommandSpec().usageMessage().description())
                                        .isNotEmpty());
    }

    @Test
    void passesArgumentsAfterNameToPsql() {
        var parsed = commandLine().parseArgs("psql", "demo", "-c", "select 1", "-At", "--version");
        var psql = (GuestCommands.PsqlCommand) parsed.subcommand().commandSpec().userObject();
        assertThat(psql.name).isEqualTo("demo");
        assertThat(psql.arguments).containsExactly("-c", "select 1", "-At", "--version");
    }

    @Test
    void passesArgumentsAfterDashesToCommand() {
        var parsed = commandLine().parseArgs("exec", "demo", "--", "ls", "-l", "--", "x");
        var exec = (GuestCommands.ExecCommand) parsed.subcommand().commandSpec().userObject();
        assertThat(GuestCommands.withoutDashes(exec.command))
                .containsExactly("ls", "-l", "--", "x");
    }

    @Test
    void optionsAfterTheNameBelongToTheCommand() {
        var parsed = commandLine().parseArgs("exec", "-t", "demo", "ls", "-l", "--help");
        var exec = (GuestCommands.ExecCommand) parsed.subcommand().commandSpec().userObject();
        assertThat(exec.terminal).isTrue();
        assertThat(GuestCommands.withoutDashes(exec.command)).containsExactly("ls", "-l", "--help");
    }
}
