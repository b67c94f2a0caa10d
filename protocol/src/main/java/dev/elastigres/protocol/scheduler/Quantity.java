package dev.elastigres.protocol.scheduler;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.elastigres.core.units.Bytes;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Converts Kubernetes quantities: `2`, `250m`, `1.5Gi`, `1e3`.
public final class Quantity {
    /// Limits the digits of the exponent; no realistic amount needs more.
    private static final Pattern FORM =
            Pattern.compile(
                    "\\+?([0-9]{1,50}(?:\\.[0-9]{0,50})?|\\.[0-9]{1,50})"
                            + "(?:[eE]([+-]?[0-9]{1,3})|([KMGTPE]i|[numkMGTPE])?)");

    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);

    private static final Map<String, BigDecimal> UNITS =
            Map.ofEntries(
                    Map.entry("n", BigDecimal.ONE.movePointLeft(9)),
                    Map.entry("u", BigDecimal.ONE.movePointLeft(6)),
                    Map.entry("m", BigDecimal.ONE.movePointLeft(3)),
                    Map.entry("k", THOUSAND),
                    Map.entry("M", THOUSAND.pow(2)),
                    Map.entry("G", THOUSAND.pow(3)),
                    Map.entry("T", THOUSAND.pow(4)),
                    Map.entry("P", THOUSAND.pow(5)),
                    Map.entry("E", THOUSAND.pow(6)),
                    Map.entry("Ki", KIBI),
                    Map.entry("Mi", KIBI.pow(2)),
                    Map.entry("Gi", KIBI.pow(3)),
                    Map.entry("Ti", KIBI.pow(4)),
                    Map.entry("Pi", KIBI.pow(5)),
                    Map.entry("Ei", KIBI.pow(6)));

    /// Binary suffixes, each 1024 times the one before.
    private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

    /// Deployed peers store thousandths of a CPU in 32 bits.
    private static final BigDecimal MAX_MILLIS = BigDecimal.valueOf(0xFFFF_FFFFL);

    private static final BigDecimal MAX_BYTES = BigDecimal.valueOf(Long.MAX_VALUE);

    private Quantity() {}

    /// Returns the amount; empty if the text is not a quantity or is negative.
    public static Optional<BigDecimal> parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) return Optional.empty();
        BigDecimal digits = new BigDecimal(parts.group(1));
        if (parts.group(2) != null)
            return Optional.of(digits.scaleByPowerOfTen(Integer.parseInt(parts.group(2))));
        return Optional.of(
                parts.group(3) == null ? digits : digits.multiply(UNITS.get(parts.group(3))));
    }

    /// Returns the number of CPUs, with fractions of a thousandth rounded up as Kubernetes does;
    /// empty for more CPUs than the wire format can represent.
    public static Optional<Double> vcpus(BigDecimal amount) {
        BigDecimal millis = amount.multiply(THOUSAND).setScale(0, RoundingMode.CEILING);
        if (millis.compareTo(MAX_MILLIS) > 0) return Optional.empty();
        return Optional.of(millis.longValueExact() / 1000.0);
    }

    /// Returns the bytes, with fractions rounded up; amounts that do not fit become [Bytes#MAX].
    public static Bytes bytes(BigDecimal amount) {
        BigDecimal whole = amount.setScale(0, RoundingMode.CEILING);
        return whole.compareTo(MAX_BYTES) > 0 ? Bytes.MAX : new Bytes(whole.longValueExact());
    }

    /// Writes CPUs as deployed peers do: whole CPUs as a number, others as `"250m"`.
    static void writeVcpus(JsonGenerator json, String name, double vcpus) throws IOException {
        long millis = Math.round(vcpus * 1000);
        if (millis % 1000 == 0) json.writeNumberField(name, millis / 1000);
        else json.writeStringField(name, millis + "m");
    }

    /// Writes bytes as deployed peers do: amounts below 1024 as a number, others as `"2Gi"`, in the
    /// largest unit that divides them.
    static void writeBytes(JsonGenerator json, String name, Bytes bytes) throws IOException {
        long count = bytes.value();
        if (count < 1024) {
            json.writeNumberField(name, count);
            return;
        }
        int unit = 0;
        while (count % 1024 == 0) {
            count /= 1024;
            unit++;
        }
        json.writeStringField(name, count + BINARY[unit]);
    }
}
