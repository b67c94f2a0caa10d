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

/// System calls that Java lacks, to wait until the kernel notifies about one of its files. Created
/// late and used by one thread, because linking the calls costs more than it takes to start
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

    /// Returns whether native access is enabled. Without it, the JVM warns, and later versions
    /// refuse.
    static boolean isAllowed() {
        return Libc.class.getModule().isNativeAccessEnabled();
    }

    /// Links one handle for all functions, with as many parameters as any of them takes. On all
    /// 64-bit machines, integers and pointers are passed in registers of one word each, and surplus
    /// arguments are ignored. A handle for each signature would load more classes.
    @SuppressWarnings("restricted")
    private MethodHandle link() {
        return linker.downcallHandle(FunctionDescriptor.of(WORD, WORD, WORD, WORD, WORD), errno);
    }

    private MemorySegment find(String name) {
        return linker.defaultLookup().findOrThrow(name);
    }

    /// @return the result; for a function that returns an `int`, only the lower half is valid
    private long call(MemorySegment what, long first, long second, long third, long fourth) {
        try {
            return (long) function.invokeExact(what, state, first, second, third, fourth);
        } catch (Throwable e) {
            // The function is not Java and throws nothing.
            throw new IllegalStateException(e);
        }
    }

    /// Opens a file and returns its descriptor, which the caller must close.
    int open(Path path, int mode) throws IOException {
        try (Arena name = Arena.ofConfined()) {
            MemorySegment text = name.allocateFrom(path.toString());
            int file = (int) call(open, text.address(), mode | CLOSE_ON_EXEC, 0, 0);
            if (file < 0) throw failure("open", path.toString());
            return file;
        }
    }

    /// Writes `text` and its terminating zero in a single call.
    void write(int file, String text) throws IOException {
        try (Arena piece = Arena.ofConfined()) {
            MemorySegment data = piece.allocateFrom(text, StandardCharsets.US_ASCII);
            long count = call(write, file, data.address(), data.byteSize(), 0);
            if (count != data.byteSize()) throw failure("write", text);
        }
    }

    /// Reads a small file from its beginning. The buffer is valid until the next call.
    ByteBuffer read(int file) throws IOException {
        long count = call(pread, file, bytes.address(), MAX_BYTES, 0);
        if (count < 0) throw failure("read", "");
        return bytes.asSlice(0, count).asByteBuffer();
    }

    /// Waits until one of the files is ready, for at most `millis`. Bit `i` of the result is set if
    /// the file with index `i` is ready.
    int poll(int millis, int... files) throws IOException {
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

    /// A system call failed.
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
