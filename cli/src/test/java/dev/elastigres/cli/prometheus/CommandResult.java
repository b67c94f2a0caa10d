package dev.elastigres.cli.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.cli.simulate.SimulateCommand;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/// Result of one run of `simulate`. Tests that use it must lock the standard streams.
///
/// @param err everything on the standard error, with messages about usage
record CommandResult(int code, String out, String err) {
    static CommandResult simulate(String... arguments) {
        PrintStream realOut = System.out;
        PrintStream realErr = System.err;
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var usage = new StringWriter();
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
        try {
            int code =
                    new CommandLine(new SimulateCommand())
                            .setErr(new PrintWriter(usage))
                            .execute(arguments);
            return new CommandResult(code, out.toString(UTF_8), err.toString(UTF_8) + usage);
        } finally {
            System.setOut(realOut);
            System.setErr(realErr);
        }
    }
}
