package dev.elastigres.daemon.metrics;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/// One of the kernel's text files, as it was when it was read. What it does not say is absent,
/// never 0.
public final class KernelText {
    /// No file that is looked at is longer: `stat` of a machine with thousands of interrupts has
    /// some 100 KiB, before the lines that are looked for.
    private static final int MAX_SIZE = 16 << 20;

    private static final int MAX_DIGITS = 20;

    private final String text;
    private final Optional<String> problem;

    private KernelText(String text, Optional<String> problem) {
        this.text = text;
        this.problem = problem;
    }

    /// All of it. One that cannot be read says nothing but [#problem].
    ///
    /// Waits for as long as the kernel does: a [KernelReader] does not.
    public static KernelText read(Path file) {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_SIZE + 1);
            return bytes.length > MAX_SIZE
                    ? unreadable(file + " has more than " + MAX_SIZE + " bytes")
                    : new KernelText(new String(bytes, ISO_8859_1), Optional.empty());
        } catch (NoSuchFileException _) {
            return unreadable("there is no " + file);
        } catch (AccessDeniedException _) {
            return unreadable(file + " cannot be read: permission denied");
        } catch (IOException e) {
            return unreadable(file + " cannot be read: " + e.getMessage());
        }
    }

    /// One that says nothing.
    ///
    /// @param why a clause that names the file
    static KernelText unreadable(String why) {
        return new KernelText("", Optional.of(why));
    }

    /// Why it could not be read, as a clause that names the file; empty when it was.
    public Optional<String> problem() {
        return problem;
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

    /// Empty for what is no number as the kernel writes them: digits, and a fraction.
    public static OptionalDouble parse(String number) {
        if (number.length() > MAX_DIGITS) return OptionalDouble.empty();
        boolean point = false;
        for (int i = 0; i < number.length(); i++) {
            char c = number.charAt(i);
            if (c == '.' && !point && i > 0) point = true;
            else if (c < '0' || c > '9') return OptionalDouble.empty();
        }
        return number.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(Double.parseDouble(number));
    }
}
