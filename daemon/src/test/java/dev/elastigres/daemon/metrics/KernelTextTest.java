package dev.elastigres.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelTextTest {
    @TempDir Path folder;

    @Test
    void readsAFileToItsEnd() throws Exception {
        Path stat = folder.resolve("stat");
        Files.writeString(stat, "cpu  1 2\nintr 7" + " 0".repeat(40_000) + "\nprocs_running 3\n");
        KernelText text = KernelText.read(stat);
        assertThat(text.number("procs_running ")).hasValue(3);
        assertThat(text.problem()).isEmpty();
    }

    @Test
    void reportsFilesThatCannotBeReadInFull() throws Exception {
        Path file = folder.resolve("file");
        assertThat(KernelText.read(file).problem()).contains("there is no " + file);
        Files.writeString(file, "x 1\n".repeat(5 << 20));
        KernelText text = KernelText.read(file);
        assertThat(text.problem()).contains(file + " has more than 16777216 bytes");
        assertThat(text.number("x ")).isEmpty();
        assertThat(KernelText.read(folder).problem()).get().asString().startsWith(folder + " ");
    }

    @Test
    void understandsNumbersAsTheKernelWritesThem() {
        assertThat(KernelText.parse("0.25")).hasValue(0.25);
        assertThat(KernelText.parse("18446744073709551615")).hasValue(0x1p64);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "max", "NaN", "Infinity", "1e999", "0x1p3", "7d", "-1", "1.2.3", "."})
    void rejectsTextThatIsNotANumber(String text) {
        assertThat(KernelText.parse(text)).isEqualTo(OptionalDouble.empty());
    }
}
