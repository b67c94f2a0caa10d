package dev.elastigres.monitor.cache;

import dev.elastigres.core.units.Bytes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Formula of one memory-dependent setting: a percentage of usable memory within a range.
///
/// @param name name of the setting
/// @param percent percentage of usable memory, above 0 and up to 100
/// @param min minimum value
/// @param max maximum value, not below `min`
public record SettingFormula(String name, double percent, Bytes min, Bytes max) {
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)?");
    private static final Pattern FORM =
            Pattern.compile("([^=]+)=\\s*(\\d{1,3}(?:\\.\\d{1,6})?)%(?::(.+)\\.\\.(.+))?");
    private static final int MAX_FORMULAS = 32;

    /// Estimates for the planner, for which no memory is allocated.
    private static final Set<String> HINTS =
            Set.of(
                    "effective_cache_size",
                    "min_parallel_table_scan_size",
                    "min_parallel_index_scan_size");

    /// Makes the planner count on what the kernel caches.
    public static final List<SettingFormula> DEFAULT =
            List.of(new SettingFormula("effective_cache_size", 75, Bytes.ZERO, Bytes.MAX));

    public SettingFormula {
        if (!NAME.matcher(name).matches())
            throw new IllegalArgumentException("not the name of a setting: " + name);
        if (!(percent > 0 && percent <= 100))
            throw new IllegalArgumentException(name + ": not a percentage of memory: " + percent);
        if (max.isLessThan(min))
            throw new IllegalArgumentException(name + ": the range is empty: " + min + ".." + max);
    }

    /// Returns whether the setting allocates memory or allows it. False for a hint to the planner,
    /// which need not be written before a machine shrinks.
    public boolean holdsMemory() {
        return !HINTS.contains(name);
    }

    /// Returns the setting's value for `usable` memory.
    ///
    /// @param usable memory that may be spent
    public Bytes size(Bytes usable) {
        return usable.times(percent / 100).max(min).min(max);
    }

    /// Parses formulas such as `effective_cache_size=75%,work_mem=1%:4MB..64MB`.
    ///
    /// @param text comma-separated formulas, at most 32
    /// @throws IllegalArgumentException if any is invalid; the message names all problems
    public static List<SettingFormula> parseAll(String text) {
        var formulas = new ArrayList<SettingFormula>();
        var problems = new ArrayList<String>();
        var names = new HashSet<String>();
        for (String part : text.split(",", -1)) {
            try {
                SettingFormula formula = parse(part.strip());
                formulas.add(formula);
                if (!names.add(formula.name))
                    problems.add(formula.name + " is given more than once");
            } catch (IllegalArgumentException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        if (formulas.size() > MAX_FORMULAS) problems.add("more than " + MAX_FORMULAS + " settings");
        if (!problems.isEmpty()) throw new IllegalArgumentException(String.join("; ", problems));
        return List.copyOf(formulas);
    }

    private static SettingFormula parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches())
            throw new IllegalArgumentException(
                    "not of the form NAME=PERCENT% or NAME=PERCENT%:MIN..MAX: " + text);
        String min = matcher.group(3);
        String max = matcher.group(4);
        return new SettingFormula(
                matcher.group(1).strip(),
                Double.parseDouble(matcher.group(2)),
                min == null ? Bytes.ZERO : MemorySize.parse(min),
                max == null ? Bytes.MAX : MemorySize.parse(max));
    }
}
