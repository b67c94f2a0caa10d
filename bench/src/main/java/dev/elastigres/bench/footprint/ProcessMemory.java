package dev.elastigres.bench.footprint;

import dev.elastigres.harness.HarnessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Memory and threads of a process at one moment.
///
/// @param resident bytes in memory
/// @param proportional resident bytes, where shared pages are divided by the number of their users
/// @param anonymous bytes without a file, which the kernel cannot drop under pressure
/// @param threads number of kernel threads
public record ProcessMemory(long resident, long proportional, long anonymous, int threads) {

    public static ProcessMemory of(long pid) throws HarnessException {
        Path process = Path.of("/proc", Long.toString(pid));
        try {
            return from(
                    Files.readString(process.resolve("smaps_rollup")),
                    Files.readString(process.resolve("status")));
        } catch (IOException e) {
            throw new HarnessException("cannot inspect process " + pid, e);
        }
    }

    /// @param rollup the text of `smaps_rollup`
    /// @param status the text of `status`
    static ProcessMemory from(String rollup, String status) throws HarnessException {
        return new ProcessMemory(
                1024 * number("Rss", rollup),
                1024 * number("Pss", rollup),
                1024 * number("Anonymous", rollup),
                (int) number("Threads", status));
    }

    private static long number(String name, String text) throws HarnessException {
        Matcher matcher = Pattern.compile("(?m)^" + name + ":\\s+(\\d+)").matcher(text);
        if (!matcher.find()) throw new HarnessException("the kernel shows no " + name);
        return Long.parseLong(matcher.group(1));
    }
}
