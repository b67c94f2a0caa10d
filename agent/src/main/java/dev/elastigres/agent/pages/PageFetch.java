package dev.elastigres.agent.pages;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.protocol.metrics.MetricsText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One page over a connection of its own, in HTTP/1.0, where the answer is never cut into chunks.
/// Thousands of pages a second come this way; Java's client takes several threads for each.
final class PageFetch {
    private static final int MOST_HEAD = 16 << 10;
    private static final int PART = 8 << 10;
    private static final String HEAD_END = "\r\n\r\n";
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})( .*)?");
    private static final String LENGTH = "content-length:";

    private final long deadline;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream(PART);

    /// @param deadline by the monotonic clock, in nanoseconds
    PageFetch(long deadline) {
        this.deadline = deadline;
    }

    /// @param body empty unless the status is 200
    record Answer(int status, String body) {}

    /// @throws SocketTimeoutException when the page is not here at the deadline
    Answer get(HostPort where, String path) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(where.resolve(), left());
            String request = "GET " + path + " HTTP/1.0\r\nHost: " + where + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return read(socket);
        }
    }

    private Answer read(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] part = new byte[PART];
        Optional<Head> head = Optional.empty();
        while (true) {
            socket.setSoTimeout(left());
            int count = in.read(part);
            if (count > 0) answer.write(part, 0, count);
            if (head.isEmpty()) head = head();
            if (head.isPresent() && (head.get().status != 200 || head.get().isWhole(answer.size())))
                return answer(head.get());
            if (count < 0) return answer(head.orElseThrow(() -> new IOException("no answer")));
            if (answer.size() > MOST_HEAD + MetricsText.MOST_CHARACTERS)
                throw new IOException("the page is longer than " + MetricsText.MOST_CHARACTERS);
        }
    }

    /// @param end where the body begins
    /// @param length of the body, where the server says
    private record Head(int status, int end, Optional<Integer> length) {
        boolean isWhole(int size) {
            return length.isPresent() && size >= end + length.get();
        }
    }

    private Optional<Head> head() throws IOException {
        String text = answer.toString(ISO_8859_1);
        int end = text.indexOf(HEAD_END);
        if (end < 0) return Optional.empty();
        String[] lines = text.substring(0, end).split("\r\n", -1);
        Matcher status = STATUS.matcher(lines[0]);
        if (!status.matches()) throw new IOException("no HTTP answer");
        Optional<Integer> length = Optional.empty();
        for (String line : lines)
            if (line.toLowerCase(Locale.ROOT).startsWith(LENGTH))
                length = Optional.of(length(line));
        return Optional.of(
                new Head(Integer.parseInt(status.group(1)), end + HEAD_END.length(), length));
    }

    private static int length(String line) throws IOException {
        String digits = line.substring(LENGTH.length()).strip();
        if (!digits.matches("[0-9]{1,7}")) throw new IOException("a page of no such length");
        return Integer.parseInt(digits);
    }

    /// Half a page would look like a smaller load.
    private Answer answer(Head head) throws IOException {
        if (head.status != 200) return new Answer(head.status, "");
        if (head.length.isPresent() && !head.isWhole(answer.size()))
            throw new IOException("the page ends before its end");
        byte[] all = answer.toByteArray();
        int length = head.length.orElse(all.length - head.end);
        return new Answer(200, new String(all, head.end, length, UTF_8));
    }

    private int left() throws SocketTimeoutException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis < 1) throw new SocketTimeoutException("too late");
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }
}
