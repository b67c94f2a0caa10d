package dev.elastigres.agent.pages;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.protocol.metrics.MetricsText;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Fetches one page over a connection of its own with HTTP/1.0, whose responses are never chunked.
/// It serves thousands of pages a second; Java's HTTP client takes several threads for each.
///
/// Short reads are followed by pauses. Otherwise each byte of a slowly sent page would cost as much
/// as a whole page.
final class MetricsFetch {
    private static final int MAX_HEAD = 16 << 10;
    private static final int MAX_SIZE = MAX_HEAD + MetricsText.MAX_CHARACTERS;
    private static final int FIRST_SIZE = 8 << 10;
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(ISO_8859_1);
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})( .*)?");

    /// Number of reads that may be short without a pause, and the size from which a read is not
    /// short.
    private static final int QUICK_READS = 16;
    private static final int SHORT_READ = 1 << 10;
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final long deadline;
    private byte[] answer = new byte[FIRST_SIZE];
    private int size;

    /// @param deadline time of the monotonic clock, in nanoseconds
    MetricsFetch(long deadline) {
        this.deadline = deadline;
    }

    /// A response.
    ///
    /// @param status HTTP status
    /// @param body the page; empty unless the status is 200
    record PageResponse(int status, String body) {}

    /// Fetches a page.
    ///
    /// @throws SocketTimeoutException if the page is not complete at the deadline
    PageResponse get(HostPort where, String path) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(where.resolve(), left());
            String request = "GET " + path + " HTTP/1.0\r\nHost: " + where + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return read(socket);
        }
    }

    private PageResponse read(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        Optional<ResponseHead> head = Optional.empty();
        for (int reads = 1; ; reads++) {
            socket.setSoTimeout(left());
            if (size == answer.length)
                answer = Arrays.copyOf(answer, Math.min(2 * size, MAX_SIZE + 1));
            int count = in.read(answer, size, answer.length - size);
            int before = size;
            size += Math.max(count, 0);
            if (head.isEmpty()) head = head(before);
            if (head.isPresent() && (head.get().status != 200 || head.get().isWhole(size)))
                return answer(head.get());
            if (count < 0) return answer(head.orElseThrow(() -> new IOException("no answer")));
            if (head.isEmpty() && size > MAX_HEAD)
                throw new IOException("the head of the answer is longer than " + MAX_HEAD);
            if (size > MAX_SIZE) throw tooLong();
            if (count < SHORT_READ && reads > QUICK_READS) pause();
        }
    }

    private static IOException tooLong() {
        return new IOException("the page is longer than " + MetricsText.MAX_CHARACTERS);
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /// The head of a response.
    ///
    /// @param status HTTP status
    /// @param end index of the body's first byte
    /// @param length length of the body, if the server gives it
    private record ResponseHead(int status, int end, Optional<Integer> length) {
        boolean isWhole(int size) {
            return length.isPresent() && size >= end + length.get();
        }
    }

    /// Returns the head; empty while it is not complete.
    ///
    /// @param before number of bytes that were searched before
    private Optional<ResponseHead> head(int before) throws IOException {
        int end = headEnd(Math.max(0, before - HEAD_END.length + 1));
        if (end < 0) return Optional.empty();
        String[] lines = new String(answer, 0, end, ISO_8859_1).split("\r\n", -1);
        Matcher status = STATUS.matcher(lines[0]);
        if (!status.matches()) throw new IOException("not an HTTP response");
        Optional<Integer> length = Optional.empty();
        for (int i = 1; i < lines.length; i++) {
            int colon = Math.max(0, lines[i].indexOf(':'));
            String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
            String value = lines[i].substring(colon + 1).strip();
            switch (name) {
                case "content-length" -> {
                    int stated = length(value);
                    if (length.isPresent() && length.get() != stated)
                        throw new IOException("the page has two different lengths");
                    length = Optional.of(stated);
                }
                // These were not requested, and an encoded body would be parsed as a page.
                case "transfer-encoding", "content-encoding" -> {
                    if (!value.equalsIgnoreCase("identity"))
                        throw new IOException("the page has the encoding " + shortened(value));
                }
                default -> {}
            }
        }
        return Optional.of(
                new ResponseHead(Integer.parseInt(status.group(1)), end + HEAD_END.length, length));
    }

    private int headEnd(int from) {
        for (int at = from; at + HEAD_END.length <= size; at++)
            if (Arrays.equals(answer, at, at + HEAD_END.length, HEAD_END, 0, HEAD_END.length))
                return at;
        return -1;
    }

    private static int length(String digits) throws IOException {
        if (!digits.matches("[0-9]{1,18}")) throw new IOException("the page has an invalid length");
        long length = Long.parseLong(digits);
        if (length > MetricsText.MAX_CHARACTERS) throw tooLong();
        return (int) length;
    }

    private static String shortened(String value) {
        return value.substring(0, Math.min(value.length(), 40));
    }

    /// Returns the response. Rejects an incomplete page, which would look like a smaller load.
    private PageResponse answer(ResponseHead head) throws IOException {
        if (head.status != 200) return new PageResponse(head.status, "");
        if (head.length.isPresent() && !head.isWhole(size))
            throw new IOException("the page is incomplete");
        int length = head.length.orElse(size - head.end);
        return new PageResponse(200, new String(answer, head.end, length, UTF_8));
    }

    private int left() throws SocketTimeoutException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis < 1) throw new SocketTimeoutException("too late");
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }
}
