package dev.elastigres.kubernetes.node;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Converts CPUs and memory from and to Kubernetes quantities. An unreadable quantity counts as
/// absent, because the API server has validated it.
public final class ResourceAmounts {
    public static final String CPU = "cpu";
    public static final String MEMORY = "memory";

    private static final BigDecimal MAX_BYTES = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigDecimal MAX_CPUS = BigDecimal.valueOf(1_000_000);
    private static final int MILLI_DIGITS = 3;
    private static final int MILLI = 1000;

    private ResourceAmounts() {}

    /// Returns the CPUs, rounded up to thousandths; empty if absent.
    public static Optional<Double> cpus(@Nullable Map<String, Quantity> amounts) {
        return number(amounts, CPU)
                .map(it -> it.min(MAX_CPUS).setScale(MILLI_DIGITS, RoundingMode.UP).doubleValue());
    }

    public static Optional<Bytes> memory(@Nullable Map<String, Quantity> amounts) {
        return number(amounts, MEMORY)
                .map(it -> Bytes.of(it.min(MAX_BYTES).setScale(0, RoundingMode.UP).longValue()));
    }

    /// Converts texts to quantities.
    public static Map<String, Quantity> quantities(Map<String, String> amounts) {
        return amounts.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, it -> new Quantity(it.getValue())));
    }

    /// Returns whether `there` has the same CPUs and memory as `wanted`, where `wanted` has any.
    public static boolean has(@Nullable Map<String, Quantity> there, Map<String, String> wanted) {
        Map<String, Quantity> as = quantities(wanted);
        return (!as.containsKey(CPU) || cpus(as).equals(cpus(there)))
                && (!as.containsKey(MEMORY) || memory(as).equals(memory(there)));
    }

    /// Returns CPUs and memory; an absent one counts as zero.
    public static Resources of(@Nullable Map<String, Quantity> amounts) {
        return new Resources(cpus(amounts).orElse(0.0), memory(amounts).orElse(Bytes.ZERO));
    }

    private static Optional<BigDecimal> number(
            @Nullable Map<String, Quantity> amounts, String name) {
        if (amounts == null) return Optional.empty();
        Quantity quantity = amounts.get(name);
        if (quantity == null) return Optional.empty();
        try {
            return Optional.of(Quantity.getAmountInBytes(quantity).max(BigDecimal.ZERO));
        } catch (IllegalArgumentException | ArithmeticException _) {
            return Optional.empty();
        }
    }

    /// Returns the CPUs as a quantity, such as `250m`, or `2` for a whole number.
    public static String cpuText(double cpus) {
        long milli = Math.round(cpus * MILLI);
        return milli % MILLI == 0 ? Long.toString(milli / MILLI) : milli + "m";
    }

    /// Returns the memory as a quantity, such as `512Mi`, or in bytes if it is no whole number of
    /// mebibytes.
    public static String memoryText(Bytes memory) {
        return memory.equals(memory.roundedDownToMebibytes())
                ? memory.toMebibytes() + "Mi"
                : Long.toString(memory.value());
    }
}
