package dev.elastigres.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MisplacedConnectionStringTest {
    private final StringWriter err = new StringWriter();

    private int run(String words, String argument) {
        String[] arguments = words.split(" ", -1);
        for (int i = 0; i < arguments.length; i++)
            arguments[i] = arguments[i].replace("ARGUMENT", argument);
        return Main.commandLine(List.of(), List.of())
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vm start ARGUMENT",
                "vm stop ARGUMENT",
                "vm kill ARGUMENT",
                "vm delete ARGUMENT",
                "vm show --json ARGUMENT",
                "vm logs ARGUMENT",
                "vm migrate ARGUMENT",
                "vm console ARGUMENT",
                "vm psql ARGUMENT",
                "vm psql ARGUMENT -c select",
                "vm exec ARGUMENT ls",
                "vm resize ARGUMENT --cpus 2",
                "vm resize x --memory ARGUMENT",
                "vm snapshot x ARGUMENT",
                "vm create ARGUMENT --cpus 1 --memory 1G",
                "vm create x --image ARGUMENT --cpus 1 --memory 1G",
                "vm create x --from=ARGUMENT",
                "vm image delete x ARGUMENT",
                "agent explain ARGUMENT",
                "agent status --address ARGUMENT",
                "recommend --monitor ARGUMENT",
                "simulate --trace ARGUMENT",
                "help ARGUMENT",
            })
    void isRefusedAndNotRepeated(String words) {
        for (String text :
                List.of(
                        "postgresql://u:geheim@h/d",
                        "postgres://u:geheim@x@h",
                        "password=geheim",
                        "host=h password = geheim",
                        "host=h;password=geheim")) {
            assertThat(run(words, text)).as(text).isEqualTo(2);
            assertThat(err.toString()).contains("connection string").doesNotContain("geheim");
            err.getBuffer().setLength(0);
        }
    }

    /// psql takes one, and so does a command in the guest.
    @Test
    void isPassedOnToPsql() {
        assertThat(run("vm psql no/name ARGUMENT", "host=h")).isEqualTo(2);
        assertThat(run("vm exec no/name psql ARGUMENT", "host=h")).isEqualTo(2);
        assertThat(err.toString()).isEmpty();
    }
}
