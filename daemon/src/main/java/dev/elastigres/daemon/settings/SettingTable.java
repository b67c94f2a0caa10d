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

/// The settings of one daemon, in the order of its help, and the rules between them. Immutable:
/// each method that adds something returns a new table.
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
            Setting.of(
                            "help",
                            SettingType.toggle(),
                            "Print this help; --help=all adds how to choose each value")
                    .flag('h');
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

    /// Sections of the configuration file.
    ///
    /// @param name first part of the headings: `vm` for `[vm.NAME]`
    /// @param settings settings that sections may have
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

    /// Returns a table with the general settings only.
    ///
    /// @param command the command that runs the daemon, for its help
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

    /// Returns this table with `settings` under `heading`.
    ///
    /// @param heading heading in the help
    /// @param settings settings to add
    public SettingTable group(String heading, Setting<?>... settings) {
        // The general settings stay last.
        var more = new ArrayList<>(groups);
        more.add(more.size() - 1, new SettingGroup(heading, List.of(settings)));
        return new SettingTable(command, List.copyOf(more), rules, foreign, sections, examples);
    }

    /// Returns this table with a rule between `settings`, which is checked if each of them has a
    /// valid value.
    ///
    /// @param check throws [IllegalArgumentException] if the rule is violated, as the compact
    ///     constructor of a record does; its message becomes a problem
    /// @param settings settings that the rule is about
    public SettingTable rule(Consumer<Settings> check, Setting<?>... settings) {
        var more = new ArrayList<>(rules);
        more.add(new SettingConstraint(check, List.of(settings)));
        return new SettingTable(command, groups, List.copyOf(more), foreign, sections, examples);
    }

    /// Returns this table with `ELASTIGRES_…` variables that belong to other programs and are
    /// ignored.
    ///
    /// @param variables names of the variables
    public SettingTable foreign(String... variables) {
        var more = new HashSet<>(foreign);
        more.addAll(List.of(variables));
        return new SettingTable(command, groups, rules, Set.copyOf(more), sections, examples);
    }

    /// Returns this table with sections `[name.NAME]` in the configuration file. A value in a
    /// section applies to NAME only, and takes precedence over all other sources there.
    ///
    /// @param name first part of the headings
    /// @param settings settings of this table that sections may have
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
            // Different names may still have the same variable.
            boolean free = taken.add(setting.variable()) && !isBelowOneOf(names, setting.name());
            if (setting.shortFlag().isPresent()) free &= taken.add("-" + setting.shortFlag().get());
            if (!free) throw new IllegalArgumentException(setting + " is ambiguous");
        }
    }

    /// Returns whether a parent of `name` is in `names`: in TOML, a name cannot be both a value and
    /// a table.
    private static boolean isBelowOneOf(Set<String> names, String name) {
        int dot = name.lastIndexOf('.');
        if (dot < 0) return false;
        String table = name.substring(0, dot);
        return names.contains(table) || isBelowOneOf(names, table);
    }

    /// Reads all sources and returns the request. Flags take precedence over variables, variables
    /// over the file, and the file over defaults; an empty variable counts as not set.
    ///
    /// @param args command line arguments
    /// @param variables environment variables
    /// @throws UsageException with the problems of all sources
    /// @throws IllegalArgumentException if two settings of the table are ambiguous
    public Invocation read(List<String> args, Map<String, String> variables) throws UsageException {
        refuseAmbiguity();
        var problems = new ArrayList<String>();
        Map<Setting<?>, RawValue> flags = new FlagReader(this, problems).read(args);
        RawValue help = flags.get(HELP);
        if (help != null) return help(help.text());
        if (flags.containsKey(VERSION)) return new Invocation.Version();

        Settings settings = new SettingResolver(this, problems).resolve(flags, variables);
        if (!problems.isEmpty()) throw new UsageException(problems);
        return settings.get(PRINT_CONFIG)
                ? new Invocation.PrintConfig(ConfigPrinter.print(this, settings))
                : new Invocation.Run(settings);
    }

    /// @param extent `true` as with any switch, or `all`
    private Invocation.Help help(String extent) throws UsageException {
        return switch (extent) {
            case "true" -> new Invocation.Help(HelpPrinter.print(this, false));
            case "all" -> new Invocation.Help(HelpPrinter.print(this, true));
            default ->
                    throw new UsageException(
                            List.of("--help has no such value: give --help or --help=all"));
        };
    }

    /// Returns `base` with some settings replaced, as if a section had these values.
    ///
    /// @param given values by the name of their setting, which sections may have
    /// @throws UsageException with all problems
    public Settings override(Settings base, Map<String, String> given) throws UsageException {
        var problems = new ArrayList<String>();
        Settings settings = new SettingResolver(this, problems).override(base, given);
        if (!problems.isEmpty()) throw new UsageException(problems);
        return settings;
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

    /// Returns the documentation of the settings that a file can set, in the order of the help.
    public List<DocumentedSetting> documentation() {
        return groups.stream()
                .filter(group -> !group.heading.equals(GENERAL))
                .flatMap(
                        group ->
                                group.settings.stream()
                                        .map(it -> DocumentedSetting.of(group.heading, it)))
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

    /// Returns the settings that a file can set.
    List<Setting<?>> own() {
        return groups.stream()
                .filter(group -> !group.heading.equals(GENERAL))
                .map(SettingGroup::settings)
                .<Setting<?>>flatMap(Collection::stream)
                .toList();
    }

    /// Returns the settings that a variable can set.
    List<Setting<?>> settableByVariable() {
        var settings = new ArrayList<>(own());
        settings.add(CONFIG);
        return settings;
    }

    static Optional<Setting<?>> named(String name, Collection<Setting<?>> among) {
        return among.stream().filter(setting -> setting.name().equals(name)).findFirst();
    }
}
