package dev.elastigres.protocol.monitor;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;

/// Writes numbers of CPUs as deployed agents do: `0.25`, and `1` rather than `1.0`.
final class VcpuFormat {
    private VcpuFormat() {}

    static void write(JsonGenerator json, String name, double vcpus) throws IOException {
        json.writeFieldName(name);
        json.writeNumber(decimal(vcpus));
    }

    private static String decimal(double value) {
        return value == 0 ? "0" : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
