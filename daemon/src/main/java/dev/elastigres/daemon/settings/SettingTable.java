package dev.elastigres.daemon.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Every setting of one daemon, in the order of its help, and what must hold between them.
/// Immutable: each method that adds returns a new table.
public final class SettingTable {
    static final String GENERAL = "General";

    static final Setting<Path> CONFIG =
            Setting.of("config", SettingType.path(), "TOML file with these settings")
                    .placeholder("FILE");
    static final Setting<Boolean> PRINT_CONFIG =
            Setting.of(
                    "print-config",
                    SettingType.toggle(),
                    "Print the effective values and their sources");
    static final Setting<Boolean> HELP =
            Setting.of("help", SettingType.toggle(), "Print this help").flag('h');
    static final Setting<Boolean> VERSION =
            Setting.of("version", SettingType.toggle(), "Print the version").flag('V');

    private final String command;
    private final List<SettingGroup> groups;
    private final List<SettingConstraint> rules;
    private final Set<String> foreign;
    private final Optional<SettingSections> sections;
    private final List<String> examples;

    record SettingGroup(String heading, List<Setting<?>> settings) {}

    record SettingConstraint(Consumer<Settings> check, List<Setting<?>> settings) {}

    /// @param name the first part of the headings: `vm` for `[vm.NAME]`
    /// @param settings those that may be set there
    record SettingSections(String name, List<Setting<?>> settings) {}

    private SettingTable(
            String command,
            List<SettingGroup> groups,
            List<SettingConstraint> rules,
            Set<String> foreign,
            Optional<SettingSections> sections,
            List<String> examples) {
        this.command = command;
        this.groups = groups;
        this.rules = rules;
        this.foreign = foreign;
        this.sections = sections;
        this.examples = examples;
    }

    /// A table without settings.
    ///
    /// @param command how the daemon is called, for its help
    public static SettingTable of(String command) {
        List<Setting<?>> general = List.of(CONFIG, PRINT_CONFIG, HELP, VERSION);
        return new SettingTable(
                command,
                List.of(new SettingGroup(GENERAL, general)),
                List.of(),
                Set.of(),
                Optional.empty(),
                List.of());
    }

    /// This table and `settings` under `heading`.
    public SettingTable group(String heading, Setting<?>... settings) {
        // The general ones stay last.
        var more = new ArrayList<>(groups);
        more.add(more.size() - 1, new SettingGroup(heading, List.of(settings)));
        return new SettingTable(command, List.copyOf(more), rules, foreign, sections, examples);
    }

    /// This table and a rule between `settings`, asked for when each of them has a sound value.
    ///
    /// @param check throws [IllegalArgumentException] when the rule is broken, as the compact
    ///     constructor of a record does: its message becomes one of the problems
    public SettingTable rule(Consumer<Settings> check, Setting<?>... settings) {
        var more = new ArrayList<>(rules);
        more.add(new SettingConstraint(check, List.of(settings)));
        return new SettingTable(command, groups, List.copyOf(more), foreign, sections, examples);
    }

    /// This table, with `ELASTIGRES_…` variables that are somebody else's business.
    public SettingTable foreign(String... variables) {
        var more = new HashSet<>(foreign);
        more.addAll(List.of(variables));
        return new SettingTable(command, groups, rules, Set.copyOf(more), sections, examples);
    }

    /// This table, with sections `[name.WHO]` in the file: what one of them sets counts for WHO
    /// alone, and there beats every other source.
    ///
    /// @param settings those of this table that may be set there
    public SettingTable sections(String name, Setting<?>... settings) {
        var made = new SettingSections(name, List.of(settings));
        return new SettingTable(command, groups, rules, foreign, Optional.of(made), examples);
    }

    /// Returns this table with command lines that its help ends with.
    public SettingTable examples(String... commandLines) {
        return new SettingTable(command, groups, rules, foreign, sections, List.of(commandLines));
    }

    private void refuseAmbiguity() {
        List<Setting<?>> settings = all();
        var names = new HashSet<String>();
        for (Setting<?> setting : settings) names.add(setting.name());
        sections.ifPresent(it -> names.add(it.name));
        var taken = new HashSet<String>();
        for (Setting<?> setting : settings) {
            // Where the names of two differ, those of their variables may not.
            boolean free = taken.add(setting.variable()) && !isBelowOneOf(names, setting.name());
            if (setting.shortFlag().isPresent()) free &= taken.add("-" + setting.shortFlag().get());
            if (!free) throw new IllegalArgumentException(setting + " is ambiguous");
        }
    }

    /// In TOML a name cannot be both a value and a table.
    private static boolean isBelowOneOf(Set<String> names, String name) {
        int dot = name.lastIndexOf('.');
        if (dot < 0) return false;
        String table = name.substring(0, dot);
        return names.contains(table) || isBelowOneOf(names, table);
    }

    /// What the user wants. Flags beat variables, variables beat the file, the file beats defaults;
    /// a variable without a value counts as not set.
    ///
    /// @throws UsageException with all problems of all sources at once
    /// @throws IllegalArgumentException when two settings of the table can be taken for each other
    public Invocation read(List<String> args, Map<String, String> variables) throws UsageException {
        refuseAmbiguity();
        var problems = new ArrayList<String>();
        Map<Setting<?>, RawValue> flags = new FlagReader(this, problems).read(args);
        if (flags.containsKey(HELP)) return new Invocation.Help(HelpPrinter.print(this));
        if (flags.containsKey(VERSION)) return new Invocation.Version();

        Settings settings = new SettingResolver(this, problems).resolve(flags, variables);
        if (!problems.isEmpty()) throw new UsageException(problems);
        return settings.get(PRINT_CONFIG)
                ? new Invocation.PrintConfig(ConfigPrinter.print(this, settings))
                : new Invocation.Run(settings);
    }

    String command() {
        return command;
    }

    List<SettingGroup> groups() {
        return groups;
    }

    List<SettingConstraint> rules() {
        return rules;
    }

    /// Returns the flags of all settings, long and short.
    public List<String> flags() {
        return all().stream()
                .flatMap(
                        it ->
                                Stream.concat(
                                        Stream.of(it.longFlag()),
                                        it.shortFlag().map(letter -> "-" + letter).stream()))
                .toList();
    }

    List<String> examples() {
        return examples;
    }

    Optional<SettingSections> sections() {
        return sections;
    }

    boolean isForeign(String variable) {
        return foreign.contains(variable);
    }

    List<Setting<?>> all() {
        return groups.stream().map(SettingGroup::settings).flatMap(Collection::stream).toList();
    }

    /// Those that a file can set.
    List<Setting<?>> own() {
        return groups.stream()
                .filter(group -> !group.heading.equals(GENERAL))
                .map(SettingGroup::settings)
                .<Setting<?>>flatMap(Collection::stream)
                .toList();
    }

    /// Those that a variable can set.
    List<Setting<?>> settableByVariable() {
        var settings = new ArrayList<>(own());
        settings.add(CONFIG);
        return settings;
    }

    static Optional<Setting<?>> named(String name, Collection<Setting<?>> among) {
        return among.stream().filter(setting -> setting.name().equals(name)).findFirst();
    }
}
