package dev.elastigres.kubernetes.status;

import dev.elastigres.core.units.Bytes;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// Formats and parses Kubernetes quantities.
public final class QuantityFormat {
    /// An unknown amount.
    public static final String UNKNOWN = "-";

    private static final long KIBI = 1L << 10;
    private static final long MEBI = 1L << 20;
    private static final long GIBI = 1L << 30;

    private QuantityFormat() {}

    static String memory(Bytes memory) {
        long bytes = memory.value();
        if (bytes > 0 && bytes % GIBI == 0) return bytes / GIBI + "Gi";
        if (bytes > 0 && bytes % MEBI == 0) return bytes / MEBI + "Mi";
        if (bytes > 0 && bytes % KIBI == 0) return bytes / KIBI + "Ki";
        return Long.toString(bytes);
    }

    /// Parses an amount; invalid ones count as zero, so that all amounts can be compared.
    public static BigDecimal amount(@Nullable String text) {
        if (text == null || text.equals(UNKNOWN)) return BigDecimal.ZERO;
        try {
            return Quantity.parse(text).getNumericalAmount();
        } catch (IllegalArgumentException | ArithmeticException _) {
            return BigDecimal.ZERO;
        }
    }
}
