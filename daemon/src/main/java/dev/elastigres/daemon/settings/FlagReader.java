package dev.elastigres.daemon.settings;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads command lines: `--name VALUE`, `--name=VALUE`, `-n VALUE`, `-nVALUE`. Each mistake is
/// reported in one line, which does not repeat words that may belong to a secret value.
final class FlagReader {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._-]{1,40}");

    private final List<Setting<?>> settings;
    private final List<String> problems;
    private final Map<Setting<?>, RawValue> found = new HashMap<>();
    private final Set<Setting<?>> repeated = new HashSet<>();
    private @Nullable Setting<?> last;

    /// A flag of the command line.
    ///
    /// @param flag the flag as typed, without a value
    /// @param setting its setting; null if unknown
    /// @param value the value in the same word; null if there is none
    private record TypedFlag(String flag, @Nullable Setting<?> setting, @Nullable String value) {}

    FlagReader(SettingTable table, List<String> problems) {
        this.settings = table.all();
        this.problems = problems;
    }

    Map<Setting<?>, RawValue> read(List<String> args) {
        for (int next = 0; next < args.size(); ) {
            if (!looksLikeFlag(args.get(next))) {
                problems.add(unexpected(args, next));
                next = skipWords(args, next);
                continue;
            }
            TypedFlag typed = typed(args.get(next));
            Setting<?> setting = typed.setting;
            next = setting == null ? unknown(typed, args, next) : known(typed, setting, args, next);
        }
        return found;
    }

    private String unexpected(List<String> args, int at) {
        Setting<?> before = last;
        if (before != null && before.isSecret())
            return "unexpected argument after %s: put a value that has spaces in quotes"
                    .formatted(before.longFlag());
        String word = args.get(at);
        // Any other word may be a connection string.
        return "unexpected argument %s: only flags are understood, see --help"
                .formatted(PLAIN.matcher(word).matches() ? word : "at position " + (at + 1));
    }

    private int unknown(TypedFlag typed, List<String> args, int at) {
        String name = typed.flag.replaceFirst("^-+", "");
        Optional<Setting<?>> meant =
                typed.flag.length() == 2
                        ? Optional.empty()
                        : DidYouMean.closest(name, settings.stream().map(Setting::name).toList())
                                .flatMap(close -> SettingTable.named(close, settings));
        problems.add(
                "unknown flag %s: %s"
                        .formatted(
                                QuotedText.plain(typed.flag),
                                meant.map(setting -> "did you mean " + setting.longFlag() + "?")
                                        .orElse("see --help")));
        // The following words were intended as its value.
        boolean isSwitch = meant.map(setting -> setting.kind().isSwitch()).orElse(false);
        return isSwitch ? at + 1 : skipWords(args, at + 1);
    }

    private int known(TypedFlag typed, Setting<?> setting, List<String> args, int at) {
        last = setting;
        if (typed.value != null) return found(typed, setting, typed.value, at + 1);
        if (setting.kind().isSwitch()) return found(typed, setting, "true", at + 1);
        if (at + 1 < args.size() && !looksLikeFlag(args.get(at + 1)))
            return found(typed, setting, args.get(at + 1), at + 2);

        boolean atEnd = at + 1 == args.size();
        problems.add(
                "%s needs a value: %s %s%s"
                        .formatted(
                                typed.flag,
                                typed.flag,
                                setting.placeholder(),
                                atEnd
                                        ? ""
                                        : ", or %s=VALUE when it begins with a dash"
                                                .formatted(setting.longFlag())));
        // A word that begins with a dash and is no flag was intended as the value.
        return !atEnd && typed(args.get(at + 1)).setting == null ? at + 2 : at + 1;
    }

    private int found(TypedFlag typed, Setting<?> setting, String value, int next) {
        RawValue earlier =
                found.putIfAbsent(setting, new RawValue(value, new SettingOrigin.Flag(typed.flag)));
        if (earlier != null && repeated.add(setting))
            problems.add("%s is given more than once: keep one".formatted(setting.longFlag()));
        return next;
    }

    private TypedFlag typed(String word) {
        if (!word.startsWith("--")) return typedShort(word);
        int equals = word.indexOf('=');
        String flag = equals < 0 ? word : word.substring(0, equals);
        String value = equals < 0 ? null : word.substring(equals + 1);
        return new TypedFlag(flag, byName(flag.substring(2)), value);
    }

    private TypedFlag typedShort(String word) {
        // A long name after one dash is not a short flag with a value.
        if (byName(word.substring(1)) != null) return new TypedFlag(word, null, null);
        String flag = word.substring(0, word.offsetByCodePoints(0, 2));
        String rest = word.substring(flag.length());
        String value = rest.startsWith("=") ? rest.substring(1) : rest;
        return new TypedFlag(flag, byLetter(flag.charAt(1)), rest.isEmpty() ? null : value);
    }

    private @Nullable Setting<?> byName(String name) {
        return SettingTable.named(name, settings).orElse(null);
    }

    private @Nullable Setting<?> byLetter(char letter) {
        for (Setting<?> setting : settings)
            if (setting.shortFlag().filter(flag -> flag == letter).isPresent()) return setting;
        return null;
    }

    private static int skipWords(List<String> args, int from) {
        int next = from;
        while (next < args.size() && !looksLikeFlag(args.get(next))) next++;
        return next;
    }

    /// Returns whether the word is a flag. A negative number is a value.
    private static boolean looksLikeFlag(String word) {
        return word.length() > 1 && word.charAt(0) == '-' && !Character.isDigit(word.charAt(1));
    }
}
