package dev.elastigres.agent.billing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The end of a file with scaling events, as earlier agents left it.
///
/// @param running last sizes of the VMs whose last line is not their end, by name. A line that
///     cannot be read may be about any VM, so only lines after it count
/// @param torn whether the last line has no end
record EventsTail(Map<String, Resources> running, boolean torn) {
    static final EventsTail EMPTY = new EventsTail(Map.of(), false);

    /// Maximum number of bytes read, about 20,000 events. VMs without a line among them are not
    /// known.
    static final int MAX_BYTES = 4 << 20;

    /// @throws IOException if the file cannot be read
    static EventsTail read(Path file) throws IOException {
        if (Files.notExists(file)) return EMPTY;
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            long length = in.length();
            long from = Math.max(0, length - MAX_BYTES);
            var bytes = new byte[(int) (length - from)];
            in.seek(from);
            in.readFully(bytes);
            return of(new String(bytes, UTF_8), from > 0);
        }
    }

    /// @param cut whether the first line may lack its beginning
    private static EventsTail of(String text, boolean cut) {
        if (text.isEmpty()) return EMPTY;
        boolean torn = !text.endsWith("\n");
        Map<String, Resources> running = new HashMap<>();
        String whole = cut ? text.substring(text.indexOf('\n') + 1) : text;
        for (String line : (Iterable<String>) whole.lines()::iterator) {
            Optional<LastSize> last = last(line);
            if (last.isEmpty()) running.clear();
            else if (last.get().size.equals(Resources.ZERO)) running.remove(last.get().vm);
            else running.put(last.get().vm, last.get().size);
        }
        // Its line may be complete and lack only the newline; its reader cannot know.
        return new EventsTail(torn ? Map.of() : Map.copyOf(running), torn);
    }

    private record LastSize(String vm, Resources size) {}

    private static Optional<LastSize> last(String line) {
        try {
            if (!(Json.parse(line) instanceof Json.Obj event)
                    || !(event.get("to_cpus").orElse(null) instanceof Json.Num(String cpus)))
                return Optional.empty();
            Optional<String> vm = event.text("vm");
            var memory = event.whole("to_memory_bytes");
            if (vm.isEmpty() || memory.isEmpty()) return Optional.empty();
            var size = new Resources(Double.parseDouble(cpus), Bytes.of(memory.getAsLong()));
            return Optional.of(new LastSize(vm.get(), size));
        } catch (JsonException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
