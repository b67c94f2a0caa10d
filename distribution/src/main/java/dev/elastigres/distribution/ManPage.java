package dev.elastigres.distribution;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Generates manual pages from the output of `--help`, so that options are described once.
final class ManPage {
    private static final String USAGE = "Usage: ";
    private static final String EXAMPLES = "Examples:";

    /// An option, an argument or a command, with its description if that begins on the same line.
    private static final Pattern ENTRY = Pattern.compile(" {2,6}(\\S.*?)(?: {2,}(\\S.*))?");

    private final StringBuilder page = new StringBuilder();
    private boolean afterBlank;
    private boolean inExamples;

    private ManPage() {}

    /// Returns the page of the monitor's package.
    ///
    /// @param help output of the monitor's `--help`
    static String from(String help, String version) {
        var man = new ManPage();
        man.page.append(DebianPackage.resource("man-head").replace("@VERSION@", version));
        man.addBody(help.lines().skip(1).toList());
        return man.page.append(DebianPackage.resource("man-foot")).toString();
    }

    /// Returns the page of a command, with its subcommands.
    ///
    /// @param summary of which the first sentence is shown
    /// @param helps of the command and its subcommands
    /// @param others names of other pages
    static String ofCommand(
            String version, String summary, List<CommandHelp> helps, List<String> others) {
        var man = new ManPage();
        CommandHelp first = helps.getFirst();
        String title = first.page();
        man.page
                .append(".TH ")
                .append(escaped(title.toUpperCase(Locale.ROOT)))
                .append(" 1 \"\" \"elastigres ")
                .append(version)
                .append("\" \"User commands\"\n.SH NAME\n")
                .append(escaped(title))
                .append(" \\- ")
                .append(escaped(summary.replaceAll("\\.( .*)?$", "")))
                .append("\n.SH SYNOPSIS\n");
        man.addHelp(first, ".SH DESCRIPTION\n");
        for (CommandHelp each : helps.subList(1, helps.size())) {
            man.page
                    .append(".SH ")
                    .append(escaped(each.command().toUpperCase(Locale.ROOT)))
                    .append('\n');
            man.addHelp(each, ".PP\n");
        }
        man.page
                .append(".SH SEE ALSO\n")
                .append(
                        String.join(
                                ",\n",
                                others.stream().map(it -> ".BR " + escaped(it) + " (1)").toList()))
                .append('\n');
        return man.page.toString();
    }

    /// One help text.
    ///
    /// @param command the command's words, such as `elastigres agent status`
    /// @param lines of the output of `--help`
    record CommandHelp(String command, List<String> lines) {
        /// Returns the name of the command's manual page.
        String page() {
            return command.replace(' ', '-');
        }
    }

    /// Adds the synopsis, then `between`, then the rest.
    private void addHelp(CommandHelp help, String between) {
        List<String> lines = help.lines();
        int synopsis = 1;
        while (synopsis < lines.size() && lines.get(synopsis).startsWith("       ")) synopsis++;
        page.append(".nf\n");
        for (String line : lines.subList(0, synopsis))
            page.append(
                            escaped(
                                    line.startsWith(USAGE)
                                            ? line.substring(USAGE.length())
                                            : line.substring(Math.min(7, line.length()))))
                    .append('\n');
        page.append(".fi\n").append(between);
        addBody(lines.subList(synopsis, lines.size()));
    }

    private void addBody(List<String> lines) {
        afterBlank = false;
        for (String line : lines) add(line);
        endExamples();
    }

    private void add(String line) {
        if (line.isBlank()) {
            afterBlank = true;
            return;
        }
        if (!line.startsWith(" ")) addText(line);
        else if (inExamples) page.append(escaped(line.strip())).append('\n');
        else {
            Matcher entry = ENTRY.matcher(line);
            if (entry.matches()) {
                page.append(".TP\n.B ").append(escaped(entry.group(1))).append('\n');
                if (entry.group(2) != null) page.append(escaped(entry.group(2))).append('\n');
            } else page.append(escaped(line.strip())).append('\n');
        }
        afterBlank = false;
    }

    private void addText(String line) {
        endExamples();
        if (line.endsWith(":")) {
            page.append(".SS ").append(line, 0, line.length() - 1).append('\n');
            inExamples = line.equals(EXAMPLES);
            if (inExamples) page.append(".nf\n");
            return;
        }
        if (afterBlank) page.append(".PP\n");
        page.append(escaped(line)).append('\n');
    }

    private void endExamples() {
        if (inExamples) page.append(".fi\n");
        inExamples = false;
    }

    /// Escapes a line of text for roff. A line that begins with `.` or `'` would be read as a
    /// request.
    private static String escaped(String text) {
        String plain = text.replace("\\", "\\e").replace("-", "\\-");
        return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
    }
}
