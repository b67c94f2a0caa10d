package dev.elastigres.daemon.settings;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.settings.ParseResult.Invalid;
import dev.elastigres.daemon.settings.ParseResult.Valid;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A type of values: how they are parsed and printed.
///
/// @param placeholder stands for the value in the help: `HOST:PORT`; empty for a switch
/// @param bare whether values of this type have no quotes in TOML
/// @param parser parses a value
/// @param printer prints a value so that `parser` returns an equal one
public record SettingType<T>(
        String placeholder,
        boolean bare,
        Function<String, ParseResult<T>> parser,
        Function<T, String> printer) {

    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Bytes LARGEST = Bytes.ofGibibytes(1 << 20);
    private static final Duration MIN = Duration.ofMillis(1);
    private static final Duration MAX = Duration.ofDays(365);

    /// Returns the type of non-empty texts.
    public static SettingType<String> text() {
        return new SettingType<>(
                "TEXT",
                false,
                text -> text.isEmpty() ? new Invalid<>("is empty: give a text") : new Valid<>(text),
                text -> text);
    }

    /// Returns the type of lists of texts, separated by commas. Spaces around items are ignored.
    ///
    /// @param placeholder stands for the value in the help
    /// @param isSound accepts valid items
    /// @param wanted describes valid items in an error message: `give host names`
    public static SettingType<List<String>> texts(
            String placeholder, Predicate<String> isSound, String wanted) {
        return new SettingType<>(
                placeholder,
                false,
                text -> {
                    var items = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
                    for (String item : items)
                        if (!isSound.test(item))
                            return new Invalid<>(
                                    "has an item that does not fit, %s: %s"
                                            .formatted(QuotedText.text(item), wanted));
                    return new Valid<>(items);
                },
                items -> String.join(",", items));
    }

    /// Returns the type of switches; the flag alone means on.
    public static SettingType<Boolean> toggle() {
        return new SettingType<>(
                "",
                true,
                text ->
                        switch (text) {
                            case "true" -> new Valid<>(true);
                            case "false" -> new Valid<>(false);
                            default -> new Invalid<>("is neither true nor false");
                        },
                on -> Boolean.toString(on));
    }

    /// Returns the type of `on` or `off`, which must be given explicitly.
    public static SettingType<Boolean> onOff() {
        return new SettingType<>(
                "on|off",
                false,
                text ->
                        switch (text) {
                            case "on" -> new Valid<>(true);
                            case "off" -> new Valid<>(false);
                            default -> new Invalid<>("must be on or off");
                        },
                on -> on ? "on" : "off");
    }

    /// Returns the type of whole numbers from `min` to `max`.
    ///
    /// @param min minimum
    /// @param max maximum
    public static SettingType<Integer> integer(int min, int max) {
        String wanted = "give a whole number from " + min + " to " + max;
        return new SettingType<>(
                "NUMBER",
                true,
                text -> {
                    try {
                        int number = Integer.parseInt(text);
                        if (number >= min && number <= max) return new Valid<>(number);
                        return new Invalid<>("is out of range: " + wanted);
                    } catch (NumberFormatException _) {
                        return new Invalid<>("is not a number in range: " + wanted);
                    }
                },
                number -> Integer.toString(number));
    }

    /// Returns the type of numbers from `min` to `max`, inclusive; [#where] restricts it further.
    ///
    /// @param min minimum
    /// @param max maximum
    public static SettingType<Double> decimal(double min, double max) {
        String wanted = "give a number from " + min + " to " + max;
        return new SettingType<>(
                "NUMBER",
                true,
                text -> {
                    if (!DECIMAL.matcher(text).matches())
                        return new Invalid<>("is not a number: " + wanted);
                    double number = Double.parseDouble(text);
                    if (number >= min && number <= max) return new Valid<>(number);
                    return new Invalid<>("is out of range: " + wanted);
                },
                number -> Double.toString(number));
    }

    /// Returns the type of amounts of memory. Units are powers of 1024 with and without the `i`, as
    /// in Postgres and QEMU.
    public static SettingType<Bytes> bytes() {
        return bytes(Bytes.ZERO, LARGEST);
    }

    public static SettingType<Bytes> bytes(Bytes min, Bytes max) {
        return new SettingType<>(
                "SIZE",
                false,
                text -> {
                    var amount = AmountText.parse(text, AmountText.BYTES);
                    if (amount.isEmpty())
                        return new Invalid<>(
                                "is not a size: give a whole number with a unit, like 512kB, 100MiB or 4G");
                    Bytes bytes = Bytes.of(amount.getAsLong());
                    if (bytes.compareTo(min) >= 0 && bytes.compareTo(max) <= 0)
                        return new Valid<>(bytes);
                    return new Invalid<>("is out of range: give %s to %s".formatted(min, max));
                },
                bytes -> AmountText.print(bytes.value(), AmountText.BYTES));
    }

    /// Returns the type of durations from a millisecond to 365 days.
    public static SettingType<Duration> duration() {
        return duration(MIN, MAX);
    }

    /// Returns the type of durations in whole milliseconds.
    ///
    /// @param min minimum
    /// @param max maximum
    public static SettingType<Duration> duration(Duration min, Duration max) {
        Function<Duration, String> printer =
                time -> AmountText.print(time.toMillis(), AmountText.MILLISECONDS);
        return new SettingType<>(
                "TIME",
                false,
                text -> {
                    var amount = AmountText.parse(text, AmountText.MILLISECONDS);
                    if (amount.isEmpty())
                        return new Invalid<>(
                                "is not a time: give a whole number with its unit, like 100ms, 5s, 1m or 1h");
                    Duration time = Duration.ofMillis(amount.getAsLong());
                    if (time.compareTo(min) >= 0 && time.compareTo(max) <= 0)
                        return new Valid<>(time);
                    return new Invalid<>(
                            "is out of range: give %s to %s"
                                    .formatted(printer.apply(min), printer.apply(max)));
                },
                printer);
    }

    /// Returns the type of an enum's constants, in lower case and with dashes.
    ///
    /// @param type the enum
    public static <E extends Enum<E>> SettingType<E> oneOf(Class<E> type) {
        E[] constants = type.getEnumConstants();
        String names =
                Arrays.stream(constants).map(SettingType::name).collect(Collectors.joining(", "));
        return new SettingType<>(
                names.replace(", ", "|"),
                false,
                text -> {
                    for (E constant : constants)
                        if (name(constant).equals(text)) return new Valid<>(constant);
                    return new Invalid<>("must be one of " + names);
                },
                SettingType::name);
    }

    /// Returns the type of a choice between `names`.
    ///
    /// @param names the valid values
    public static SettingType<String> oneOf(Collection<String> names) {
        List<String> all = List.copyOf(names);
        return new SettingType<>(
                String.join("|", all),
                false,
                text ->
                        all.contains(text)
                                ? new Valid<>(text)
                                : new Invalid<>("must be one of " + String.join(", ", all)),
                text -> text);
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static SettingType<Path> path() {
        return new SettingType<>(
                "PATH",
                false,
                text -> {
                    try {
                        if (!text.isEmpty()) return new Valid<>(Path.of(text));
                        return new Invalid<>("is empty: give a path");
                    } catch (InvalidPathException _) {
                        return new Invalid<>("is not a path");
                    }
                },
                Path::toString);
    }

    public static SettingType<HostPort> hostPort() {
        return new SettingType<>(
                "HOST:PORT", false, SettingType::parseHostPort, HostPort::toString);
    }

    private static ParseResult<HostPort> parseHostPort(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) return new Invalid<>("has no port: give HOST:PORT");
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
        else if (host.contains(":"))
            return new Invalid<>(
                    "has too many colons: put an IPv6 address in brackets, like [::1]:80");
        if (host.isBlank() || host.contains("[") || host.contains("]"))
            return new Invalid<>("has no host: give HOST:PORT, like 0.0.0.0:80 for every address");
        if (!isHost(host))
            return new Invalid<>("has an invalid host: give a name or an IP address");
        ParseResult<Integer> port = integer(0, 65535).parser.apply(text.substring(colon + 1));
        return port instanceof Valid(Integer number)
                ? new Valid<>(new HostPort(host, number))
                : new Invalid<>("has no port: give a number from 0 to 65535");
    }

    /// Returns whether the host is valid in a URL, as all addresses that are connected to or
    /// requested are.
    private static boolean isHost(String host) {
        try {
            String read = new URI("http", null, host, 80, null, null, null).getHost();
            return host.equals(read) || ("[" + host + "]").equals(read);
        } catch (URISyntaxException _) {
            return false;
        }
    }

    /// Returns this type restricted to values that `holds` accepts.
    ///
    /// @param holds accepts valid values
    /// @param wanted describes valid values in an error message: `give a number above 0`
    public SettingType<T> where(Predicate<T> holds, String wanted) {
        return new SettingType<>(
                placeholder,
                bare,
                text -> {
                    ParseResult<T> parsed = parser.apply(text);
                    boolean outside = parsed instanceof Valid<T>(T value) && !holds.test(value);
                    return outside ? new Invalid<>("is out of range: " + wanted) : parsed;
                },
                printer);
    }

    /// Returns this type with the additional value `off`, for none.
    public SettingType<Optional<T>> orOff() {
        return new SettingType<>(
                placeholder + "|off",
                bare,
                text -> {
                    if (text.equals("off")) return new Valid<>(Optional.empty());
                    // Not a switch, which would load a class before a daemon listens.
                    ParseResult<T> parsed = parser.apply(text);
                    return parsed instanceof Invalid<T>(String why)
                            ? new Invalid<>(why + ", or off")
                            : new Valid<>(Optional.of(((Valid<T>) parsed).value()));
                },
                value -> value.map(printer).orElse("off"));
    }

    boolean isSwitch() {
        return placeholder.isEmpty();
    }
}
