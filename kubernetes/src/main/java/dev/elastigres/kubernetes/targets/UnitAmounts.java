package dev.elastigres.kubernetes.targets;

import dev.elastigres.core.units.Bytes;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/// Parses the amounts of a compute unit, in the format of Kubernetes: `250m`, `1`, `512Mi`, `1Gi`.
final class UnitAmounts {
    private static final BigDecimal MIN_CPUS = new BigDecimal("0.001");
    private static final BigDecimal MAX_CPUS = new BigDecimal(100);
    private static final BigDecimal MIN_MEMORY = BigDecimal.valueOf(1L << 20);
    private static final BigDecimal MAX_MEMORY = BigDecimal.valueOf(1L << 40);

    /// Longer texts are rejected, because they would cost time.
    private static final int MAX_LENGTH = 32;

    private UnitAmounts() {}

    /// Returns CPUs, rounded up to thousandths.
    ///
    /// @throws IllegalArgumentException if the text is not an amount or is out of range
    static double cpus(String text) {
        BigDecimal cpus = amount(text);
        if (cpus == null)
            throw new IllegalArgumentException("must be an amount of CPUs, like 250m or 1");
        if (cpus.compareTo(MIN_CPUS) < 0 || cpus.compareTo(MAX_CPUS) > 0)
            throw new IllegalArgumentException("must be from 1m to 100 CPUs");
        return cpus.setScale(3, RoundingMode.CEILING).doubleValue();
    }

    /// @throws IllegalArgumentException if the text is not an amount or is out of range
    static Bytes memory(String text) {
        BigDecimal bytes = amount(text);
        if (bytes == null)
            throw new IllegalArgumentException("must be an amount of memory, like 512Mi or 1Gi");
        if (bytes.compareTo(MIN_MEMORY) < 0 || bytes.compareTo(MAX_MEMORY) > 0)
            throw new IllegalArgumentException("must be from 1Mi to 1Ti of memory");
        return Bytes.of(bytes.longValue());
    }

    private static @Nullable BigDecimal amount(String text) {
        if (text.length() > MAX_LENGTH) return null;
        try {
            return Quantity.parse(text).getNumericalAmount();
        } catch (IllegalArgumentException | ArithmeticException _) {
            return null;
        }
    }
}
