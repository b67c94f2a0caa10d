package dev.elastigres.monitor.watch;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The few calls of Linux that Java has no words for: to wait until the kernel says that a file of
/// its own has news. Made late and by one thread, as linking them costs more than it takes to start
/// sampling.
final class Libc implements AutoCloseable {
    static final int READ = 0;
    static final int READ_WRITE = 2;

    private static final int CLOSE_ON_EXEC = 0x80000;
    private static final int INTERRUPTED = 4;
    private static final short NEWS = 2;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;
    private static final long ENTRY = 8;
    private static final long REVENTS = 6;
    private static final int MAX_FILES = 2;
    private static final int MAX_BYTES = 4096;

    private final Linker linker = Linker.nativeLinker();
    private final Linker.Option errno = Linker.Option.captureCallState("errno");
    private final MemoryLayout stateLayout = Linker.Option.captureStateLayout();
    private final long errnoAt =
            stateLayout.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private final MethodHandle function = link();
    private final MemorySegment open = find("open");
    private final MemorySegment write = find("write");
    private final MemorySegment pread = find("pread");
    private final MemorySegment poll = find("poll");
    private final MemorySegment close = find("close");

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = arena.allocate(stateLayout);
    private final MemorySegment entries = arena.allocate(MAX_FILES * ENTRY, 8);
    private final MemorySegment bytes = arena.allocate(MAX_BYTES);

    /// Without this permission the JVM would complain, and later refuse.
    static boolean isAllowed() {
        return Libc.class.getModule().isNativeAccessEnabled();
    }

    /// One for all functions, with room for the most that any of them takes: numbers and addresses
    /// go in registers of one word each on all 64-bit machines, and what is not taken is not looked
    /// at. Each signature of its own would cost classes that nobody but us has.
    @SuppressWarnings("restricted")
    private MethodHandle link() {
        return linker.downcallHandle(FunctionDescriptor.of(WORD, WORD, WORD, WORD, WORD), errno);
    }

    private MemorySegment find(String name) {
        return linker.defaultLookup().findOrThrow(name);
    }

    /// @return of an `int`, the lower half is what was returned
    private long call(MemorySegment what, long first, long second, long third, long fourth) {
        try {
            return (long) function.invokeExact(what, state, first, second, third, fourth);
        } catch (Throwable e) {
            // What is called is not Java.
            throw new IllegalStateException(e);
        }
    }

    /// A number that stands for the open file; to be closed.
    int open(Path path, int mode) throws IOException {
        try (Arena name = Arena.ofConfined()) {
            MemorySegment text = name.allocateFrom(path.toString());
            int file = (int) call(open, text.address(), mode | CLOSE_ON_EXEC, 0, 0);
            if (file < 0) throw failure("open", path.toString());
            return file;
        }
    }

    /// Writes `text` and the zero that C ends it with, in one piece.
    void write(int file, String text) throws IOException {
        try (Arena piece = Arena.ofConfined()) {
            MemorySegment data = piece.allocateFrom(text, StandardCharsets.US_ASCII);
            long count = call(write, file, data.address(), data.byteSize(), 0);
            if (count != data.byteSize()) throw failure("write", text);
        }
    }

    /// A small file from its beginning; valid until the next call.
    ByteBuffer read(int file) throws IOException {
        long count = call(pread, file, bytes.address(), MAX_BYTES, 0);
        if (count < 0) throw failure("read", "");
        return bytes.asSlice(0, count).asByteBuffer();
    }

    /// Waits until one of the files has news, for `millis` at most. Bit `i` of the answer says that
    /// the file with index `i` has.
    int awaitNews(int millis, int... files) throws IOException {
        for (int i = 0; i < files.length; i++) {
            entries.set(INT, i * ENTRY, files[i]);
            entries.set(ValueLayout.JAVA_SHORT, i * ENTRY + 4, NEWS);
            entries.set(ValueLayout.JAVA_SHORT, i * ENTRY + REVENTS, (short) 0);
        }
        int count = (int) call(poll, entries.address(), files.length, millis, 0);
        if (count < 0 && state.get(INT, errnoAt) != INTERRUPTED) throw failure("poll", "");
        int news = 0;
        for (int i = 0; i < files.length && count > 0; i++)
            if (entries.get(ValueLayout.JAVA_SHORT, i * ENTRY + REVENTS) != 0) news |= 1 << i;
        return news;
    }

    void close(int file) {
        call(close, file, 0, 0, 0);
    }

    private IOException failure(String call, String what) {
        int number = state.get(INT, errnoAt);
        String why =
                switch (number) {
                    case 2 -> "no such file";
                    case 1, 13 -> "permission denied";
                    case 22 -> "invalid argument";
                    case 95 -> "not supported by this kernel";
                    default -> "error " + number;
                };
        return new SystemCallException((call + " " + what).strip() + ": " + why);
    }

    /// The kernel refused a call.
    static final class SystemCallException extends IOException {
        private static final long serialVersionUID = 1;

        SystemCallException(String message) {
            super(message);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
