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

/// CPUs and memory as Kubernetes writes them. What cannot be read counts as not there: the API
/// server has checked it.
public final class ResourceAmounts {
    public static final String CPU = "cpu";
    public static final String MEMORY = "memory";

    private static final BigDecimal MAX_BYTES = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigDecimal MAX_CPUS = BigDecimal.valueOf(1_000_000);
    private static final int MILLI_DIGITS = 3;
    private static final int MILLI = 1000;

    private ResourceAmounts() {}

    /// In CPUs, in whole thousandths.
    public static Optional<Double> cpus(@Nullable Map<String, Quantity> amounts) {
        return number(amounts, CPU)
                .map(it -> it.min(MAX_CPUS).setScale(MILLI_DIGITS, RoundingMode.UP).doubleValue());
    }

    public static Optional<Bytes> memory(@Nullable Map<String, Quantity> amounts) {
        return number(amounts, MEMORY)
                .map(it -> Bytes.of(it.min(MAX_BYTES).setScale(0, RoundingMode.UP).longValue()));
    }

    /// Of texts.
    public static Map<String, Quantity> quantities(Map<String, String> amounts) {
        return amounts.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, it -> new Quantity(it.getValue())));
    }

    /// Whether `there` has all CPUs and memory that are `wanted`.
    public static boolean has(@Nullable Map<String, Quantity> there, Map<String, String> wanted) {
        Map<String, Quantity> as = quantities(wanted);
        return (!as.containsKey(CPU) || cpus(as).equals(cpus(there)))
                && (!as.containsKey(MEMORY) || memory(as).equals(memory(there)));
    }

    /// Nothing where nothing is said.
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

    /// Such as `250m`, or `2` where the CPUs are whole.
    public static String cpuText(double cpus) {
        long milli = Math.round(cpus * MILLI);
        return milli % MILLI == 0 ? Long.toString(milli / MILLI) : milli + "m";
    }

    /// Such as `512Mi`, or bytes where it is not whole mebibytes.
    public static String memoryText(Bytes memory) {
        return memory.equals(memory.roundedDownToMebibytes())
                ? memory.toMebibytes() + "Mi"
                : Long.toString(memory.value());
    }
}
