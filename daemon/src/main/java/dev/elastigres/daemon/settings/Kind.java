package dev.elastigres.daemon.settings;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.settings.Parsed.Bad;
import dev.elastigres.daemon.settings.Parsed.Good;
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

/// A kind of value: how it is read and written.
///
/// @param placeholder stands for the value in help: `HOST:PORT`; empty for a switch, which needs
///     none
/// @param bare whether TOML has values of this kind without quotes
/// @param printer writes what `parser` reads as the same value
public record Kind<T>(
        String placeholder,
        boolean bare,
        Function<String, Parsed<T>> parser,
        Function<T, String> printer) {

    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Bytes LARGEST = Bytes.ofGibibytes(1 << 20);
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(365);

    /// Any text but none.
    public static Kind<String> text() {
        return new Kind<>(
                "TEXT",
                false,
                text -> text.isEmpty() ? new Bad<>("is empty: give a text") : new Good<>(text),
                text -> text);
    }

    /// One or more texts, separated by commas; spaces around them do not count.
    ///
    /// @param wanted what `isSound` accepts, for whoever gave something else: `give host names`
    public static Kind<List<String>> texts(
            String placeholder, Predicate<String> isSound, String wanted) {
        return new Kind<>(
                placeholder,
                false,
                text -> {
                    var items = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
                    for (String item : items)
                        if (!isSound.test(item))
                            return new Bad<>(
                                    "has an item that does not fit, %s: %s"
                                            .formatted(Quote.text(item), wanted));
                    return new Good<>(items);
                },
                items -> String.join(",", items));
    }

    /// On or off; the flag alone means on.
    public static Kind<Boolean> toggle() {
        return new Kind<>(
                "",
                true,
                text ->
                        switch (text) {
                            case "true" -> new Good<>(true);
                            case "false" -> new Good<>(false);
                            default -> new Bad<>("is neither true nor false");
                        },
                on -> Boolean.toString(on));
    }

    /// What is `on` or `off`, and has to be said.
    public static Kind<Boolean> onOff() {
        return new Kind<>(
                "on|off",
                false,
                text ->
                        switch (text) {
                            case "on" -> new Good<>(true);
                            case "off" -> new Good<>(false);
                            default -> new Bad<>("is none of on, off");
                        },
                on -> on ? "on" : "off");
    }

    /// A whole number from `min` to `max`.
    public static Kind<Integer> integer(int min, int max) {
        String wanted = "give a whole number from " + min + " to " + max;
        return new Kind<>(
                "NUMBER",
                true,
                text -> {
                    try {
                        int number = Integer.parseInt(text);
                        if (number >= min && number <= max) return new Good<>(number);
                        return new Bad<>("is out of range: " + wanted);
                    } catch (NumberFormatException _) {
                        return new Bad<>("is not a number in range: " + wanted);
                    }
                },
                number -> Integer.toString(number));
    }

    /// A number from `min` to `max`, both included; [#where] narrows it further.
    public static Kind<Double> decimal(double min, double max) {
        String wanted = "give a number from " + min + " to " + max;
        return new Kind<>(
                "NUMBER",
                true,
                text -> {
                    if (!DECIMAL.matcher(text).matches())
                        return new Bad<>("is not a number: " + wanted);
                    double number = Double.parseDouble(text);
                    if (number >= min && number <= max) return new Good<>(number);
                    return new Bad<>("is out of range: " + wanted);
                },
                number -> Double.toString(number));
    }

    /// An amount of memory. Units are powers of 1024 with and without the `i`, as Postgres and QEMU
    /// have them.
    public static Kind<Bytes> bytes() {
        return bytes(Bytes.ZERO, LARGEST);
    }

    public static Kind<Bytes> bytes(Bytes min, Bytes max) {
        return new Kind<>(
                "SIZE",
                false,
                text -> {
                    var amount = Amount.parse(text, Amount.BYTES);
                    if (amount.isEmpty())
                        return new Bad<>(
                                "is not a size: give a whole number with a unit, like 512kB, 100MiB or 4G");
                    Bytes bytes = Bytes.of(amount.getAsLong());
                    if (bytes.compareTo(min) >= 0 && bytes.compareTo(max) <= 0)
                        return new Good<>(bytes);
                    return new Bad<>("is out of range: give %s to %s".formatted(min, max));
                },
                bytes -> Amount.print(bytes.value(), Amount.BYTES));
    }

    /// A time of at least a millisecond.
    public static Kind<Duration> duration() {
        return duration(SHORTEST, LONGEST);
    }

    /// A time in whole milliseconds.
    public static Kind<Duration> duration(Duration min, Duration max) {
        Function<Duration, String> printer =
                time -> Amount.print(time.toMillis(), Amount.MILLISECONDS);
        return new Kind<>(
                "TIME",
                false,
                text -> {
                    var amount = Amount.parse(text, Amount.MILLISECONDS);
                    if (amount.isEmpty())
                        return new Bad<>(
                                "is not a time: give a whole number with its unit, like 100ms, 5s, 1m or 1h");
                    Duration time = Duration.ofMillis(amount.getAsLong());
                    if (time.compareTo(min) >= 0 && time.compareTo(max) <= 0)
                        return new Good<>(time);
                    return new Bad<>(
                            "is out of range: give %s to %s"
                                    .formatted(printer.apply(min), printer.apply(max)));
                },
                printer);
    }

    /// One of an enum's constants, in lower case and with dashes.
    public static <E extends Enum<E>> Kind<E> oneOf(Class<E> type) {
        E[] constants = type.getEnumConstants();
        String names = Arrays.stream(constants).map(Kind::name).collect(Collectors.joining(", "));
        return new Kind<>(
                names.replace(", ", "|"),
                false,
                text -> {
                    for (E constant : constants)
                        if (name(constant).equals(text)) return new Good<>(constant);
                    return new Bad<>("is none of " + names);
                },
                Kind::name);
    }

    /// One of `names`.
    public static Kind<String> oneOf(Collection<String> names) {
        List<String> all = List.copyOf(names);
        return new Kind<>(
                String.join("|", all),
                false,
                text ->
                        all.contains(text)
                                ? new Good<>(text)
                                : new Bad<>("is none of " + String.join(", ", all)),
                text -> text);
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Kind<Path> path() {
        return new Kind<>(
                "PATH",
                false,
                text -> {
                    try {
                        if (!text.isEmpty()) return new Good<>(Path.of(text));
                        return new Bad<>("is empty: give a path");
                    } catch (InvalidPathException _) {
                        return new Bad<>("is not a path");
                    }
                },
                Path::toString);
    }

    public static Kind<HostPort> hostPort() {
        return new Kind<>("HOST:PORT", false, Kind::parseHostPort, HostPort::toString);
    }

    private static Parsed<HostPort> parseHostPort(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) return new Bad<>("has no port: give HOST:PORT");
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
        else if (host.contains(":"))
            return new Bad<>("has too many colons: put an IPv6 address in brackets, like [::1]:80");
        if (host.isBlank() || host.contains("[") || host.contains("]"))
            return new Bad<>("has no host: give HOST:PORT, like 0.0.0.0:80 for every address");
        if (!isHost(host))
            return new Bad<>("has no host that an address can have: give a name or an IP address");
        Parsed<Integer> port = integer(0, 65535).parser.apply(text.substring(colon + 1));
        return port instanceof Good(Integer number)
                ? new Good<>(new HostPort(host, number))
                : new Bad<>("has no port: give a number from 0 to 65535");
    }

    /// Whether a URL can name it: what is connected to or asked for is always a URL's.
    private static boolean isHost(String host) {
        try {
            String read = new URI("http", null, host, 80, null, null, null).getHost();
            return host.equals(read) || ("[" + host + "]").equals(read);
        } catch (URISyntaxException _) {
            return false;
        }
    }

    /// The values of this kind that `holds` accepts. `wanted` says which, for whoever gave another:
    /// `give a number above 0`.
    public Kind<T> where(Predicate<T> holds, String wanted) {
        return new Kind<>(
                placeholder,
                bare,
                text -> {
                    Parsed<T> parsed = parser.apply(text);
                    boolean outside = parsed instanceof Good<T>(T value) && !holds.test(value);
                    return outside ? new Bad<>("is out of range: " + wanted) : parsed;
                },
                printer);
    }

    /// A value of this kind, or none: `off`.
    public Kind<Optional<T>> orOff() {
        return new Kind<>(
                placeholder + "|off",
                bare,
                text -> {
                    if (text.equals("off")) return new Good<>(Optional.empty());
                    // No switch: the class behind one would be made before a daemon listens.
                    Parsed<T> parsed = parser.apply(text);
                    return parsed instanceof Bad<T>(String why)
                            ? new Bad<>(why + ", or off")
                            : new Good<>(Optional.of(((Good<T>) parsed).value()));
                },
                value -> value.map(printer).orElse("off"));
    }

    boolean isSwitch() {
        return placeholder.isEmpty();
    }
}
