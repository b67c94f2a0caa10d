package dev.elastigres.kubernetes.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObservedPodSizeTest {
    /// Memory in MiB.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # asked     | reported  | kernel    | size      | agree
                    0.5, 512    | 0.5, 512  | 0.5, 512  | 0.5, 512  | true
                    1, 1024     | 0.5, 512  | 1, 1024   | 0.5, 512  | false
                    1, 1024     | 1, 1024   | 0.5, 512  | 0.5, 512  | false
                    1, 1024     | 1, 512    | 0.5, 1024 | 0.5, 512  | false
                    0.5, 512    | 1, 1024   | 0.5, 512  | 1, 1024   | false
                    0.5, 512    | 0.5, 512  | 1, 1024   | 1, 1024   | false
                    0.5, 1024   | 1, 512    | 0.5, 512  | 1, 512    | false
                    0.005, 512  | 0.005,512 | 0.01, 512 | 0.005,512 | true
                    0.75, 768   | 0.5, 512  | 1, 1024   | 0.5, 512  | false
                    """)
    void sizeChangesWhenKubeletAndKernelAgree(
            String asked, String reported, String kernel, String size, boolean agree) {
        Resources inKernel = size(kernel);
        ObservedPodSize seen =
                ObservedPodSize.between(
                        size(asked),
                        size(reported),
                        Optional.of(inKernel.vcpus()),
                        Optional.of(inKernel.memory()));
        assertThat(seen.size()).isEqualTo(size(size));
        assertThat(seen.agree()).isEqualTo(agree);
    }

    @ParameterizedTest
    @CsvSource({"1000000000, 999997440, true", "1000000000, 999000000, false"})
    void theKernelKeepsWholePages(long limit, long kept, boolean agree) {
        var current = new Resources(1, Bytes.of(limit));
        ObservedPodSize seen =
                ObservedPodSize.between(
                        current, current, Optional.empty(), Optional.of(Bytes.of(kept)));
        assertThat(seen.agree()).isEqualTo(agree);
        if (agree) assertThat(seen.size()).isEqualTo(current);
    }

    private static Resources size(String text) {
        String[] parts = text.split(",", 2);
        return new Resources(
                Double.parseDouble(parts[0].strip()),
                Bytes.ofMebibytes(Long.parseLong(parts[1].strip())));
    }
}
