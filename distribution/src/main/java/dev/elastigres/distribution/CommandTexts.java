package dev.elastigres.distribution;

import dev.elastigres.distribution.ManPage.CommandHelp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The texts that are generated from the command itself.
///
/// @param manuals manual pages of section 1, by their names
/// @param bash completion script of bash
/// @param fish completion script of fish
record CommandTexts(SortedMap<String, String> manuals, String bash, String fish) {
    private static final Pattern USAGE = Pattern.compile("Usage: ([a-z-]+(?: [a-z-]+)*).*");
    private static final Pattern SUMMARY = Pattern.compile(" {2}([a-z-]+) {2,}(\\S.*)");
    private static final String COMMANDS = "Commands:";

    /// @param program the packed command
    static CommandTexts of(Payload program, String version)
            throws PackException, InterruptedException {
        try {
            return new CommandTexts(
                    manuals(program.output(List.of("help", "--all")), version),
                    program.output(List.of("completion", "bash")),
                    program.output(List.of("completion", "fish")));
        } catch (IOException e) {
            throw new PackException.Failed("the packed command does not run", e);
        }
    }

    /// Returns a page for `elastigres` and for each of its commands, which includes their
    /// subcommands.
    ///
    /// @param helps output of `elastigres help --all`
    static SortedMap<String, String> manuals(String helps, String version) {
        var pages = new LinkedHashMap<String, List<CommandHelp>>();
        for (CommandHelp each : split(helps)) {
            String[] words = each.command().split(" ", -1);
            // These explain how to get the help that the pages contain.
            if (words[words.length - 1].equals("help")) continue;
            String name = words.length == 1 ? words[0] : words[0] + "-" + words[1];
            pages.computeIfAbsent(name, _ -> new ArrayList<>()).add(each);
        }
        var summaries = summaries(pages.values().iterator().next().getFirst());
        var manuals = new TreeMap<String, String>();
        pages.forEach(
                (name, all) ->
                        manuals.put(
                                name,
                                ManPage.ofCommand(
                                        version,
                                        summaries.getOrDefault(
                                                name, "live vertical autoscaling for Postgres"),
                                        all,
                                        pages.keySet().stream()
                                                .filter(it -> !it.equals(name))
                                                .toList())));
        return manuals;
    }

    private static List<CommandHelp> split(String helps) {
        var all = new ArrayList<CommandHelp>();
        for (String line : helps.lines().toList()) {
            Matcher usage = USAGE.matcher(line);
            if (usage.matches()) all.add(new CommandHelp(usage.group(1), new ArrayList<>()));
            if (!all.isEmpty()) all.getLast().lines().add(line);
        }
        return all;
    }

    /// Returns the descriptions of the commands in the help of `elastigres`, by the names of their
    /// pages.
    private static Map<String, String> summaries(CommandHelp top) {
        var summaries = new TreeMap<String, String>();
        String last = "";
        for (String line : top.lines().stream().dropWhile(it -> !it.equals(COMMANDS)).toList()) {
            Matcher entry = SUMMARY.matcher(line);
            if (entry.matches()) {
                last = top.command() + "-" + entry.group(1);
                summaries.put(last, entry.group(2));
            } else if (line.startsWith("    ") && !last.isEmpty())
                summaries.computeIfPresent(last, (_, text) -> text + " " + line.strip());
        }
        return summaries;
    }
}
