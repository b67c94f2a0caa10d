package dev.elastigres.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/// Writes the completion script of the fish shell for a command line: subcommands with their
/// descriptions, flags, and the values of flags that accept a fixed set.
///
/// Each line of the script applies to one command. The script determines the command from the words
/// before the first flag.
final class FishCompletion {
    private static final String FUNCTIONS =
            """
            # Completion of elastigres for the fish shell; made by `elastigres completion fish`.
            function __elastigres_words
                set -l words (commandline -opc)
                set -e words[1]
                for word in $words
                    string match -q -- '-*' $word; and break
                    echo -n "$word "
                end
            end

            # True for exactly this command.
            function __elastigres_is
                test (__elastigres_words | string collect -a) = "$argv"
            end

            # True for this command, and for its arguments.
            function __elastigres_in
                string match -q -- "$argv*" (__elastigres_words | string collect -a)
            end

            complete -c elastigres -f
            """;

    private final StringBuilder script = new StringBuilder(FUNCTIONS);

    private FishCompletion() {}

    static String of(CommandLine elastigres) {
        var fish = new FishCompletion();
        fish.add(elastigres, "");
        return fish.script.toString();
    }

    /// @param path names of the command below `elastigres`, each with a space after it
    private void add(CommandLine command, String path) {
        Map<String, CommandLine> below = new TreeMap<>(command.getSubcommands());
        for (var each : below.entrySet())
            line(
                    "__elastigres_is " + quoted(path),
                    " -a " + quoted(each.getKey()) + description(firstLine(each.getValue())));
        String condition =
                (below.isEmpty() ? "__elastigres_in " : "__elastigres_is ") + quoted(path);
        for (OptionSpec option : command.getCommandSpec().options())
            if (!option.hidden()) line(condition, option(option));
        below.forEach((name, each) -> add(each, path + name + " "));
    }

    private void line(String condition, String rest) {
        script.append("complete -c elastigres -n ")
                .append(quoted(condition))
                .append(rest)
                .append('\n');
    }

    private static String option(OptionSpec option) {
        var text = new StringBuilder();
        for (String name : option.names())
            text.append(name.startsWith("--") ? " -l " : " -s ")
                    .append(quoted(name.replaceFirst("^--?", "")));
        boolean isFile = Set.<Class<?>>of(Path.class, File.class).contains(option.type());
        if (option.arity().max() > 0) text.append(isFile ? " -r -F" : " -x");
        if (option.completionCandidates() != null)
            text.append(" -a ").append(quoted(String.join(" ", option.completionCandidates())));
        String[] lines = option.description();
        return text + (lines.length == 0 ? "" : description(lines[0]));
    }

    private static String firstLine(CommandLine command) {
        String[] lines = command.getCommandSpec().usageMessage().description();
        return lines.length == 0 ? "" : lines[0];
    }

    /// Returns the description without the variables of picocli, which only its help replaces.
    private static String description(String text) {
        String plain = text.replaceAll(" ?\\([^()]*\\$\\{[^()]*\\)", "").replaceAll("\\.$", "");
        return plain.isBlank() ? "" : " -d " + quoted(plain);
    }

    /// Quotes a word for fish, which has only these two escapes in single quotes.
    private static String quoted(String word) {
        return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
