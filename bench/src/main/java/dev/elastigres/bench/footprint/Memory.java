package dev.elastigres.bench.footprint;

import dev.elastigres.harness.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a process takes now.
///
/// @param resident bytes in memory
/// @param proportional the same, with what it shares divided by those who share it
/// @param anonymous bytes that belong to no file: what cannot be dropped under pressure
/// @param threads of the kernel
public record Memory(long resident, long proportional, long anonymous, int threads) {

    public static Memory of(long pid) throws BenchException {
        Path process = Path.of("/proc", Long.toString(pid));
        try {
            return from(
                    Files.readString(process.resolve("smaps_rollup")),
                    Files.readString(process.resolve("status")));
        } catch (IOException e) {
            throw new BenchException("cannot look into process " + pid, e);
        }
    }

    /// @param rollup the text of `smaps_rollup`
    /// @param status the text of `status`
    static Memory from(String rollup, String status) throws BenchException {
        return new Memory(
                1024 * number("Rss", rollup),
                1024 * number("Pss", rollup),
                1024 * number("Anonymous", rollup),
                (int) number("Threads", status));
    }

    private static long number(String name, String text) throws BenchException {
        Matcher matcher = Pattern.compile("(?m)^" + name + ":\\s+(\\d+)").matcher(text);
        if (!matcher.find()) throw new BenchException("the kernel shows no " + name);
        return Long.parseLong(matcher.group(1));
    }
}
