package dev.elastigres.agent.hold;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.file.FileReplacement;
import dev.elastigres.daemon.file.SmallFile;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// The holds of all VMs, in memory and, with a state folder, in a file. Thread-safe. Only changes
/// use the disk, in the caller's thread.
///
/// A file that cannot be written is logged: the holds are in force, and end with the agent.
public final class HoldStore {
    /// Maximum number of holds. A host or node has far fewer VMs.
    private static final int MAX_HOLDS = 4096;

    private static final int MAX_FILE = 4 << 20;
    private static final String FILE = "holds.json";

    private final InstantSource clock;
    private final Optional<Path> file;
    private final Log log;
    private final Map<String, VmHold> holds = new ConcurrentHashMap<>();

    private HoldStore(Optional<Path> file, InstantSource clock, Log log) {
        this.file = file;
        this.clock = clock;
        this.log = log;
    }

    /// Returns a store without a file.
    public static HoldStore inMemory(InstantSource clock, Log log) {
        return new HoldStore(Optional.empty(), clock, log);
    }

    /// Returns a store with the holds of the file in `folder`, if there is one. A file that cannot
    /// be read is logged, and replaced by the next change.
    public static HoldStore open(Path folder, InstantSource clock, Log log) {
        Path file = folder.resolve(FILE);
        var store = new HoldStore(Optional.of(file), clock, log);
        if (!Files.exists(file)) return store;
        try {
            String text = new String(SmallFile.read(file, MAX_FILE), UTF_8);
            if (!(Json.parse(text) instanceof Json.Obj all))
                throw new JsonException("it is not an object");
            all.members()
                    .forEach(
                            (vm, hold) -> {
                                if (hold instanceof Json.Obj object)
                                    parse(object).ifPresent(it -> store.holds.put(vm, it));
                            });
        } catch (IOException | JsonException e) {
            log.warn("pauses and pins of an earlier agent are lost", "file", file, "cause", e);
        }
        return store;
    }

    /// Returns the hold of a VM; empty if there is none, or it has ended.
    public Optional<VmHold> of(String vm) {
        return Optional.ofNullable(holds.get(vm)).filter(it -> !it.isOver(clock.instant()));
    }

    /// Places a hold on a VM, in place of an earlier one.
    ///
    /// @return whether it is kept; not if there are too many
    public synchronized boolean place(String vm, VmHold hold) {
        dropEnded();
        if (holds.size() >= MAX_HOLDS && !holds.containsKey(vm)) return false;
        holds.put(vm, hold);
        write();
        return true;
    }

    /// Releases the hold of a VM. Returns the released hold; empty if there was none.
    public synchronized Optional<VmHold> release(String vm) {
        dropEnded();
        Optional<VmHold> released = Optional.ofNullable(holds.remove(vm));
        if (released.isPresent()) write();
        return released;
    }

    private void dropEnded() {
        Instant now = clock.instant();
        holds.values().removeIf(it -> it.isOver(now));
    }

    private void write() {
        if (file.isEmpty()) return;
        Json.Obj all = Json.object();
        for (var each : new TreeMap<>(holds).entrySet())
            all = all.with(each.getKey(), json(each.getValue()));
        try {
            FileReplacement.replace(file.get(), all.compact() + "\n");
        } catch (IOException e) {
            log.warn("pauses and pins end with this agent", "file", file.get(), "cause", e);
        }
    }

    private static Json.Obj json(VmHold hold) {
        Json.Obj json = Json.object().with("by", hold.by());
        if (hold.until().isPresent()) json = json.with("until", hold.until().get().toString());
        if (hold.pin().isEmpty()) return json;
        Resources size = hold.pin().get();
        return json.with("cpus", new Json.Num(Double.toString(size.vcpus())))
                .with("memory_bytes", size.memory().value());
    }

    private static Optional<VmHold> parse(Json.Obj json) {
        try {
            Optional<Instant> until = json.text("until").map(Instant::parse);
            var memory = new Bytes(json.whole("memory_bytes").orElse(0));
            Optional<Resources> pin =
                    json.get("cpus").orElse(null) instanceof Json.Num(String cpus)
                            ? Optional.of(new Resources(Double.parseDouble(cpus), memory))
                            : Optional.empty();
            return Optional.of(new VmHold(pin, until, json.text("by").orElse("unknown")));
        } catch (DateTimeException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
