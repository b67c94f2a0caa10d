package dev.elastigres.inspect.kubectl;

import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The `kubectl` program of a user.
///
/// @param program name or path of the program
/// @param flags flags of every call, such as `--context=prod`
record KubectlProgram(String program, List<String> flags) {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String REQUEST_TIMEOUT = "--request-timeout=20s";

    /// Begins each line of a result, because kubectl and its credential plugins write warnings.
    private static final String MARK = "elastigres:";

    KubectlProgram {
        flags = List.copyOf(flags);
    }

    /// Returns the fields of one object.
    ///
    /// @param fields JSON paths, such as `{.metadata.name}`
    /// @param arguments arguments of `kubectl get` that name the object
    List<String> get(List<String> fields, String... arguments)
            throws KubectlException, InterruptedException {
        List<List<String>> lines = read(line(fields), arguments);
        if (lines.isEmpty()) throw new KubectlException("kubectl get had no output");
        return lines.getFirst();
    }

    /// Returns the fields of a list of objects, one list for each object.
    List<List<String>> list(List<String> fields, String... arguments)
            throws KubectlException, InterruptedException {
        return read("{range .items[*]}" + line(fields) + "{end}", arguments);
    }

    private static String line(List<String> fields) {
        return "{\"" + MARK + "\"}" + String.join("{\",\"}", fields) + "{\"\\n\"}";
    }

    private List<List<String>> read(String template, String... arguments)
            throws KubectlException, InterruptedException {
        var command = command("get");
        command.addAll(List.of(arguments));
        command.add(REQUEST_TIMEOUT);
        command.add("--output=jsonpath=" + template);
        return run(command)
                .lines()
                .filter(it -> it.startsWith(MARK))
                .map(it -> List.of(it.substring(MARK.length()).split(",", -1)))
                .toList();
    }

    private static String run(List<String> command) throws KubectlException, InterruptedException {
        try {
            return ExternalProgram.of(TIMEOUT, command.toArray(String[]::new)).run();
        } catch (ExternalProgramException e) {
            throw new KubectlException(String.valueOf(e.getMessage()), e.getCause());
        }
    }

    /// Returns the command line up to and with the subcommand.
    List<String> command(String subcommand) {
        var command = new ArrayList<String>();
        command.add(program);
        command.addAll(flags);
        command.add(subcommand);
        return command;
    }
}
