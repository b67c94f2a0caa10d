package dev.elastigres.kubernetes.targets;

import dev.elastigres.core.units.Bytes;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/// Parses the amounts of a compute unit and of a size, in the format of Kubernetes: `250m`, `1`,
/// `512Mi`, `1Gi`.
final class UnitAmounts {
    private static final BigDecimal MIN_CPUS = new BigDecimal("0.001");
    private static final int MAX_UNIT_CPUS = 100;
    private static final int MAX_SIZE_CPUS = 1000;
    private static final BigDecimal MIN_MEMORY = BigDecimal.valueOf(1L << 20);
    private static final int MAX_UNIT_TEBIBYTES = 1;
    private static final int MAX_SIZE_TEBIBYTES = 16;

    /// Longer texts are rejected, because they would cost time.
    private static final int MAX_LENGTH = 32;

    private UnitAmounts() {}

    /// Returns the CPUs of a compute unit, rounded up to thousandths.
    ///
    /// @throws IllegalArgumentException if the text is not an amount or is out of range
    static double cpus(String text) {
        return cpus(text, MAX_UNIT_CPUS);
    }

    /// Returns the CPUs of a minimum or maximum size, rounded up to thousandths.
    ///
    /// @throws IllegalArgumentException if the text is not an amount or is out of range
    static double sizeCpus(String text) {
        return cpus(text, MAX_SIZE_CPUS);
    }

    private static double cpus(String text, int max) {
        BigDecimal cpus = amount(text);
        if (cpus == null)
            throw new IllegalArgumentException("must be an amount of CPUs, like 250m or 1");
        if (cpus.compareTo(MIN_CPUS) < 0 || cpus.compareTo(BigDecimal.valueOf(max)) > 0)
            throw new IllegalArgumentException("must be from 1m to " + max + " CPUs");
        return cpus.setScale(3, RoundingMode.CEILING).doubleValue();
    }

    /// Returns the memory of a compute unit.
    ///
    /// @throws IllegalArgumentException if the text is not an amount or is out of range
    static Bytes memory(String text) {
        return memory(text, MAX_UNIT_TEBIBYTES);
    }

    /// Returns the memory of a minimum or maximum size.
    ///
    /// @throws IllegalArgumentException if the text is not an amount or is out of range
    static Bytes sizeMemory(String text) {
        return memory(text, MAX_SIZE_TEBIBYTES);
    }

    private static Bytes memory(String text, int maxTebibytes) {
        BigDecimal bytes = amount(text);
        if (bytes == null)
            throw new IllegalArgumentException("must be an amount of memory, like 512Mi or 1Gi");
        BigDecimal max = BigDecimal.valueOf((long) maxTebibytes << 40);
        if (bytes.compareTo(MIN_MEMORY) < 0 || bytes.compareTo(max) > 0)
            throw new IllegalArgumentException(
                    "must be from 1Mi to " + maxTebibytes + "Ti of memory");
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
