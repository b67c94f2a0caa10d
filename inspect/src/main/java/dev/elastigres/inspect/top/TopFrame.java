package dev.elastigres.inspect.top;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.host.terminal.TerminalText;
import dev.elastigres.host.terminal.TerminalText.TextStyle;
import dev.elastigres.page.Attention;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// Formats the agent's status as lines that fit a terminal.
///
/// @param rows height of the terminal
record TopFrame(TerminalText text, int rows) {
    /// Minimum widths of the terminal for bars, and for sizes.
    private static final int BARS_FROM = 100;
    private static final int SIZES_FROM = 64;

    private static final int HEAD = 4;
    private static final int FOOT = 1;
    private static final int DETAILS = 4;
    private static final int DETAILS_FROM_ROWS = 16;
    private static final int BAR = 12;
    private static final int MAX_NAME = 24;
    private static final String KEYS = "up/down select   / search   esc clear   q quit";

    /// Returns the number of VMs on one page.
    int page() {
        return Math.max(1, rows - HEAD - FOOT - details());
    }

    private int details() {
        return rows >= DETAILS_FROM_ROWS ? DETAILS : 0;
    }

    /// Returns the picture.
    ///
    /// @param address address of the agent
    /// @param failure why the last query failed; empty if it succeeded
    List<String> lines(
            AgentOverview agent, TopSelection selection, String address, Optional<String> failure) {
        List<VmOverview> shown = selection.shown(agent.vms());
        int selected = selection.index(shown);
        int first = Math.max(0, Math.min(selected - page() / 2, shown.size() - page()));
        int end = Math.min(shown.size(), first + page());
        var lines = new ArrayList<String>();
        lines.add(text.paint(TextStyle.BOLD, text.fit(title(agent, shown, address))));
        lines.add(budget(agent));
        lines.add(problem(agent, failure));
        lines.add(text.paint(TextStyle.DIM, text.fit("  " + header(nameWidth(shown)))));
        for (int i = first; i < end; i++)
            lines.add(row(shown.get(i), nameWidth(shown), i == selected));
        while (lines.size() < HEAD + page()) lines.add("");
        if (details() > 0) {
            var details = new ArrayList<String>();
            details.add("");
            if (!shown.isEmpty()) details.addAll(wrapped(details(shown.get(selected))));
            while (details.size() < DETAILS) details.add("");
            lines.addAll(details.subList(0, DETAILS));
        }
        lines.add(text.paint(TextStyle.DIM, text.fit(footer(selection))));
        return lines;
    }

    private String title(AgentOverview agent, List<VmOverview> shown, String address) {
        long failing =
                agent.vms().stream().filter(it -> it.attention() == Attention.PROBLEM).count();
        return "elastigres top  %s  driver %s%s  %s%s%s"
                .formatted(
                        address,
                        agent.driver(),
                        agent.dryRun() ? " (dry run)" : "",
                        agent.vms().size() == 1 ? "1 VM" : agent.vms().size() + " VMs",
                        failing > 0 ? ", " + failing + " with problems" : "",
                        shown.size() < agent.vms().size() ? ", " + shown.size() + " shown" : "");
    }

    private String budget(AgentOverview agent) {
        if (agent.capacity().isEmpty() || agent.permitted().isEmpty())
            return text.fit("A scheduler permits the sizes.");
        Resources capacity = agent.capacity().get();
        Resources permitted = agent.permitted().get();
        if (text.columns() < BARS_FROM)
            return text.fit("Permitted: " + permitted.text() + " of " + capacity.text());
        return "CPU %s %-14s memory %s %s"
                .formatted(
                        bar(permitted.vcpus() / capacity.vcpus(), 1),
                        cpus(permitted.vcpus()) + "/" + cpus(capacity.vcpus()),
                        bar(part(permitted.memory(), capacity.memory()), 1),
                        permitted.memory() + "/" + capacity.memory());
    }

    private String problem(AgentOverview agent, Optional<String> failure) {
        if (failure.isPresent())
            return text.paint(TextStyle.RED, text.fit("not up to date: " + failure.get()));
        if (agent.vms().isEmpty()) return text.fit(noVms(agent));
        if (agent.problems().isEmpty()) return "";
        int more = agent.problems().size() - 1;
        String count = more > 0 ? "(+%d) ".formatted(more) : "";
        return text.paint(TextStyle.RED, text.fit(count + agent.problems().getFirst()));
    }

    private static String noVms(AgentOverview agent) {
        if (!agent.problems().isEmpty()) return agent.problems().getFirst();
        return agent.searched().isEmpty()
                ? "The agent has no VM."
                : "The agent has no VM; it searches " + agent.searched();
    }

    private static String details(VmOverview vm) {
        var all = new ArrayList<String>();
        all.add(vm.why());
        all.addAll(vm.problems());
        return String.join("; ", all);
    }

    private static String footer(TopSelection selection) {
        if (selection.isTyping()) return "search: " + selection.search() + "_";
        return selection.search().isEmpty()
                ? KEYS
                : "names with \"" + selection.search() + "\"   " + KEYS;
    }

    // ---- the table

    private static TextStyle style(Attention attention) {
        return switch (attention) {
            case PROBLEM -> TextStyle.RED;
            case BLOCKED -> TextStyle.YELLOW;
            case CHANGING -> TextStyle.GREEN;
            case SETTLED -> TextStyle.PLAIN;
        };
    }

    private static int nameWidth(List<VmOverview> shown) {
        int longest = shown.stream().mapToInt(it -> it.name().length()).max().orElse(0);
        return Math.clamp(longest, 4, MAX_NAME);
    }

    private String header(int nameWidth) {
        if (text.columns() >= BARS_FROM)
            return "%s  %s  %s  %s"
                    .formatted(
                            padded("NAME", nameWidth),
                            padded("CPU", BAR + 12),
                            padded("MEMORY", BAR + 18),
                            padded("STATE", 17) + "WHY");
        if (text.columns() >= SIZES_FROM)
            return "%s  %-11s  %-17s  STATE".formatted(padded("NAME", nameWidth), "CPU", "MEMORY");
        return padded("NAME", nameWidth) + "  STATE";
    }

    private String row(VmOverview vm, int nameWidth, boolean isSelected) {
        String before = isSelected ? "> " : "  ";
        TextStyle style = style(vm.attention());
        String name = before + padded(vm.name(), nameWidth) + "  ";
        if (text.columns() < SIZES_FROM) return text.paint(style, text.fit(name + vm.state()));
        String cpus = "%-11s".formatted(amounts(vm, it -> cpus(it.vcpus())));
        String memory = "%-17s".formatted(amounts(vm, it -> it.memory().toString()));
        if (text.columns() < BARS_FROM)
            return text.paint(style, text.fit(name + cpus + "  " + memory + "  " + vm.state()));
        int width = name.length() + 2 * BAR + 34;
        String state = padded(vm.state(), 17);
        String why =
                vm.why().startsWith(vm.name() + " ")
                        ? vm.why().substring(vm.name().length() + 1)
                        : vm.why();
        String rest = state + why;
        int room = Math.max(0, text.columns() - 1 - width);
        return text.paint(style, name)
                + bars(vm, Resources::vcpus)
                + " "
                + text.paint(style, cpus)
                + "  "
                + bars(vm, it -> it.memory().value())
                + " "
                + text.paint(style, memory + "  ")
                + text.paint(style, rest.substring(0, Math.min(rest.length(), room)));
    }

    /// Returns the bar of the size within the maximum, with a mark at the wanted size.
    private String bars(VmOverview vm, ToDoubleFunction<Resources> amount) {
        if (vm.size().isEmpty() || vm.max().isEmpty()) return " ".repeat(BAR);
        double max = amount.applyAsDouble(vm.max().get());
        return bar(
                amount.applyAsDouble(vm.size().get()) / max,
                amount.applyAsDouble(vm.wanted().orElse(vm.size().get())) / max);
    }

    private String bar(double filled, double mark) {
        return text.bar(BAR, filled, filled, mark, TextStyle.GREEN);
    }

    private static double part(Bytes some, Bytes all) {
        return (double) some.value() / Math.max(1, all.value());
    }

    private static String amounts(VmOverview vm, Function<Resources, String> format) {
        return vm.size().map(format).orElse("?")
                + vm.max().map(it -> "/" + format.apply(it)).orElse("");
    }

    private static String cpus(double cpus) {
        String text = String.format(Locale.ROOT, "%.2f", cpus);
        return text.replaceFirst("\\.?0+$", "");
    }

    private static String padded(String text, int width) {
        String cut = text.length() <= width ? text : text.substring(0, width - 1) + "~";
        return cut + " ".repeat(width - cut.length());
    }

    private List<String> wrapped(String sentence) {
        int width = Math.max(1, text.columns() - 1);
        var lines = new ArrayList<String>();
        String rest = sentence;
        while (rest.length() > width) {
            int end = rest.lastIndexOf(' ', width);
            if (end <= 0) end = width;
            lines.add(rest.substring(0, end));
            rest = rest.substring(end).strip();
        }
        lines.add(rest);
        return lines;
    }

    // ---- without a terminal

    /// Returns the status as plain lines of any length, for pipes and files.
    static List<String> plain(AgentOverview agent) {
        var lines = new ArrayList<String>();
        if (agent.vms().isEmpty()) lines.add(noVms(agent));
        else {
            int nameWidth = agent.vms().stream().mapToInt(it -> it.name().length()).max().orElse(4);
            String format = "%-" + Math.max(4, nameWidth) + "s  %-11s  %-19s  %-17s  %s";
            lines.add(format.formatted("NAME", "CPU", "MEMORY", "STATE", "WHY"));
            for (VmOverview vm : agent.vms())
                lines.add(
                        format.formatted(
                                vm.name(),
                                amounts(vm, it -> cpus(it.vcpus())),
                                amounts(vm, it -> it.memory().toString()),
                                vm.state(),
                                details(vm)));
        }
        agent.problems().forEach(it -> lines.add("problem: " + it));
        return lines;
    }
}
