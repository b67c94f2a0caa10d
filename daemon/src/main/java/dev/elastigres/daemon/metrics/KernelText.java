package dev.elastigres.daemon.metrics;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/// The content of a kernel text file. A number that it does not contain is absent, never 0.
public final class KernelText {
    /// Maximum size, larger than all files that are read: `stat` of a machine with thousands of
    /// interrupts has about 100 KiB before the lines that are needed.
    private static final int MAX_SIZE = 16 << 20;

    private static final int MAX_DIGITS = 20;

    private final String text;
    private final Optional<String> problem;

    private KernelText(String text, Optional<String> problem) {
        this.text = text;
        this.problem = problem;
    }

    /// Reads a whole file. The result of a file that cannot be read has only a [#problem].
    ///
    /// Blocks as long as the kernel does, unlike a [KernelReader].
    ///
    /// @param file the file
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

    /// Returns a text without content.
    ///
    /// @param why a clause that names the file
    static KernelText unreadable(String why) {
        return new KernelText("", Optional.of(why));
    }

    /// Returns why it could not be read, as a clause that names the file; empty if it was read.
    public Optional<String> problem() {
        return problem;
    }

    /// Returns all complete lines.
    public String[] lines() {
        int end = text.lastIndexOf('\n');
        return end < 0 ? new String[0] : text.substring(0, end).split("\n", -1);
    }

    /// Returns the number after `key` at the beginning of a complete line, with or without a unit.
    ///
    /// @param key the key with its separator: `MemTotal:`, `oom_kill `
    public OptionalDouble number(String key) {
        int line = text.startsWith(key) ? 0 : text.indexOf("\n" + key) + 1;
        if (!text.startsWith(key, line)) return OptionalDouble.empty();
        int end = text.indexOf('\n', line);
        if (end < 0) return OptionalDouble.empty();
        String rest = text.substring(line + key.length(), end).strip();
        int unit = rest.indexOf(' ');
        return parse(unit < 0 ? rest : rest.substring(0, unit));
    }

    /// Returns the number after `mark` at the end of the complete line that begins with `key`, such
    /// as `total=` of pressure files.
    ///
    /// @param key the beginning of the line
    /// @param mark the text before the number
    public OptionalDouble last(String key, String mark) {
        for (String line : lines()) {
            int at = line.indexOf(mark);
            if (line.startsWith(key) && at >= 0) return parse(line.substring(at + mark.length()));
        }
        return OptionalDouble.empty();
    }

    /// Parses a number as the kernel writes them: digits, and optionally a fraction; empty if it is
    /// not one.
    ///
    /// @param number the text
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
