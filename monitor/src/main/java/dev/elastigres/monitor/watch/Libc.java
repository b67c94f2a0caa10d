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
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final long ENTRY = 8;
    private static final long REVENTS = 6;
    private static final int MOST_FILES = 2;
    private static final int MOST_BYTES = 4096;

    private final Linker linker = Linker.nativeLinker();
    private final Linker.Option errno = Linker.Option.captureCallState("errno");
    private final MemoryLayout stateLayout = Linker.Option.captureStateLayout();
    private final long errnoAt =
            stateLayout.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private final MethodHandle open = link("open", INT, ValueLayout.ADDRESS, INT);
    private final MethodHandle write = link("write", LONG, INT, ValueLayout.ADDRESS, LONG);
    private final MethodHandle pread = link("pread", LONG, INT, ValueLayout.ADDRESS, LONG, LONG);
    private final MethodHandle poll = link("poll", INT, ValueLayout.ADDRESS, LONG, INT);
    private final MethodHandle close = link("close", INT, INT);

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = arena.allocate(stateLayout);
    private final MemorySegment entries = arena.allocate(MOST_FILES * ENTRY, 8);
    private final MemorySegment bytes = arena.allocate(MOST_BYTES);

    /// Without this permission the JVM would complain, and later refuse.
    static boolean isAllowed() {
        return Libc.class.getModule().isNativeAccessEnabled();
    }

    /// The signatures are those of Linux on all 64-bit machines.
    @SuppressWarnings("restricted")
    private MethodHandle link(String name, MemoryLayout result, MemoryLayout... arguments) {
        MemorySegment function = linker.defaultLookup().findOrThrow(name);
        return linker.downcallHandle(function, FunctionDescriptor.of(result, arguments), errno);
    }

    /// A number that stands for the open file; to be closed.
    int open(Path path, int mode) throws IOException {
        try (Arena name = Arena.ofConfined()) {
            MemorySegment text = name.allocateFrom(path.toString());
            int file = (int) open.invokeExact(state, text, mode | CLOSE_ON_EXEC);
            if (file < 0) throw failure("open", path.toString());
            return file;
        } catch (Throwable e) {
            throw passedOn(e);
        }
    }

    /// Writes `text` and the zero that C ends it with, in one piece.
    void write(int file, String text) throws IOException {
        try (Arena piece = Arena.ofConfined()) {
            MemorySegment data = piece.allocateFrom(text, StandardCharsets.US_ASCII);
            long count = (long) write.invokeExact(state, file, data, data.byteSize());
            if (count != data.byteSize()) throw failure("write", text);
        } catch (Throwable e) {
            throw passedOn(e);
        }
    }

    /// A small file from its beginning; valid until the next call.
    ByteBuffer read(int file) throws IOException {
        try {
            long count = (long) pread.invokeExact(state, file, bytes, (long) MOST_BYTES, 0L);
            if (count < 0) throw failure("read", "");
            return bytes.asSlice(0, count).asByteBuffer();
        } catch (Throwable e) {
            throw passedOn(e);
        }
    }

    /// Waits until one of the files has news, for `millis` at most. Bit `i` of the answer says that
    /// the file with index `i` has.
    int awaitNews(int millis, int... files) throws IOException {
        for (int i = 0; i < files.length; i++) {
            entries.set(INT, i * ENTRY, files[i]);
            entries.set(ValueLayout.JAVA_SHORT, i * ENTRY + 4, NEWS);
            entries.set(ValueLayout.JAVA_SHORT, i * ENTRY + REVENTS, (short) 0);
        }
        try {
            int count = (int) poll.invokeExact(state, entries, (long) files.length, millis);
            if (count < 0 && state.get(INT, errnoAt) != INTERRUPTED) throw failure("poll", "");
            int news = 0;
            for (int i = 0; i < files.length && count > 0; i++)
                if (entries.get(ValueLayout.JAVA_SHORT, i * ENTRY + REVENTS) != 0) news |= 1 << i;
            return news;
        } catch (Throwable e) {
            throw passedOn(e);
        }
    }

    void close(int file) {
        try {
            int _ = (int) close.invokeExact(state, file);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
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

    private static IOException passedOn(Throwable e) {
        if (e instanceof IOException known) return known;
        throw new IllegalStateException(e);
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
