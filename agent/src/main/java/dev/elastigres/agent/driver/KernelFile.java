package dev.elastigres.agent.driver;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A small text file of the kernel.
record KernelFile(Path path) {
    /// Maximum size of a file. Those of a cgroup have some kilobytes.
    private static final int MAX_SIZE = 16 << 20;

    String text() throws DriverException.Failed, InterruptedException {
        try (var in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_SIZE + 1);
            if (bytes.length > MAX_SIZE)
                throw new DriverException.Failed(path + " is larger than 16 MiB");
            return new String(bytes, US_ASCII);
        } catch (IOException e) {
            throw failed("read", reason(e), e);
        }
    }

    /// Returns the first group of the first match of `line` as a number.
    long number(Pattern line) throws DriverException.Failed, InterruptedException {
        Matcher found = line.matcher(text());
        if (!found.find()) throw new DriverException.Failed(path + " has unexpected content");
        return Long.parseLong(found.group(1));
    }

    /// Writes `text` and a newline in one call, as the kernel requires. A missing file is not
    /// created.
    void write(String text) throws DriverException.Failed, InterruptedException {
        try (var out =
                FileChannel.open(
                        path, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(US_ASCII));
            out.write(bytes);
            if (bytes.hasRemaining())
                throw new DriverException.Failed("cannot write " + path + ": short write");
        } catch (AccessDeniedException e) {
            throw failed(
                    "write",
                    "permission denied; run the agent as root, or delegate the cgroup to its user",
                    e);
        } catch (IOException e) {
            throw failed("write", reason(e), e);
        }
    }

    private DriverException.Failed failed(String what, String reason, IOException e)
            throws InterruptedException {
        if (e instanceof ClosedByInterruptException) {
            Thread.interrupted();
            throw new InterruptedException();
        }
        return new DriverException.Failed("cannot " + what + " " + path + ": " + reason);
    }

    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "permission denied";
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
