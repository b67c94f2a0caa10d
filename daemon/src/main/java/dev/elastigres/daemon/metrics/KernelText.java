package dev.elastigres.daemon.metrics;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/// One of the kernel's text files, as it was when it was read. What it does not say is absent,
/// never 0.
public final class KernelText {
    /// Beyond this is nothing that is looked for: `stat` counts each interrupt, behind the CPUs.
    private static final int MAX_SIZE = 64 * 1024;

    private final String text;

    private KernelText(String text) {
        this.text = text;
    }

    /// Without a word when it cannot be read.
    public static KernelText read(Path file) {
        try (var in = Files.newInputStream(file)) {
            return new KernelText(new String(in.readNBytes(MAX_SIZE), ISO_8859_1));
        } catch (IOException _) {
            return new KernelText("");
        }
    }

    /// All whole lines.
    public String[] lines() {
        int end = text.lastIndexOf('\n');
        return end < 0 ? new String[0] : text.substring(0, end).split("\n", -1);
    }

    /// The number behind `key` at the beginning of a whole line, with or without a unit.
    ///
    /// @param key with what separates it from its number: `MemTotal:`, `oom_kill `
    public OptionalDouble number(String key) {
        int line = text.startsWith(key) ? 0 : text.indexOf("\n" + key) + 1;
        if (!text.startsWith(key, line)) return OptionalDouble.empty();
        int end = text.indexOf('\n', line);
        if (end < 0) return OptionalDouble.empty();
        String rest = text.substring(line + key.length(), end).strip();
        int unit = rest.indexOf(' ');
        return parse(unit < 0 ? rest : rest.substring(0, unit));
    }

    /// The number behind `mark` in the whole line that begins with `key`: `total=` of pressures.
    public OptionalDouble last(String key, String mark) {
        for (String line : lines()) {
            int at = line.indexOf(mark);
            if (line.startsWith(key) && at >= 0) return parse(line.substring(at + mark.length()));
        }
        return OptionalDouble.empty();
    }

    /// Empty for what is no number.
    public static OptionalDouble parse(String number) {
        try {
            return OptionalDouble.of(Double.parseDouble(number));
        } catch (NumberFormatException _) {
            return OptionalDouble.empty();
        }
    }
}
