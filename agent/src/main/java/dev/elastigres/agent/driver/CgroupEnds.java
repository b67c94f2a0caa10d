package dev.elastigres.agent.driver;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Records the cgroups that were removed, and whether the kernel's OOM killer was the cause. A
/// removed cgroup leaves no files, so its kills are read while it exists. Not thread-safe.
final class CgroupEnds {
    /// Time that an end is reported, unless a cgroup with the same name exists before.
    private static final Duration KEPT = Duration.ofHours(1);

    private static final int MAX_ENDS = 64;

    /// Maximum time between a kill and the end that it explains. After a kill, systemd stops the
    /// service, which takes up to its stop timeout of 90 s.
    private static final Duration KILL_EXPLAINS = Duration.ofMinutes(2);

    private final InstantSource clock;

    /// The cgroups of the last discovery, by name.
    private Map<String, PresentCgroup> present = Map.of();

    /// The recorded ends by name, the oldest first.
    private final Map<String, CgroupEnd> ends = new LinkedHashMap<>();

    /// @param kills number of processes that the OOM killer ended in it; empty if unknown
    /// @param lastKill when that number was seen to rise
    private record PresentCgroup(
            Cgroup cgroup, String life, OptionalLong kills, Optional<Instant> lastKill) {}

    private record CgroupEnd(VmEnd end, Instant at) {}

    CgroupEnds(InstantSource clock) {
        this.clock = clock;
    }

    /// Records the ends since the last discovery.
    ///
    /// @param found the VMs of this discovery with their cgroups
    void update(Map<DiscoveredVm, Cgroup> found) throws InterruptedException {
        Instant now = clock.instant();
        Map<String, PresentCgroup> newest = new HashMap<>();
        for (var each : found.entrySet()) {
            DiscoveredVm vm = each.getKey();
            newest.put(vm.name(), read(present.get(vm.name()), vm.life(), each.getValue(), now));
        }
        present.forEach(
                (name, cgroup) -> {
                    // One that exists belongs to another agent, or its controllers are off.
                    if (!newest.containsKey(name) && !Files.isDirectory(cgroup.cgroup.folder())) {
                        ends.remove(name);
                        ends.put(name, new CgroupEnd(end(cgroup, now), now));
                    }
                });
        present = newest;
        ends.keySet().removeAll(newest.keySet());
        ends.values().removeIf(it -> !now.isBefore(it.at.plus(KEPT)));
        while (ends.size() > MAX_ENDS) ends.remove(ends.keySet().iterator().next());
    }

    private static PresentCgroup read(
            @Nullable PresentCgroup before, String life, Cgroup cgroup, Instant now)
            throws InterruptedException {
        OptionalLong kills = cgroup.oomKills();
        Optional<Instant> lastKill = Optional.empty();
        if (before != null && before.life.equals(life)) {
            boolean rose =
                    kills.isPresent()
                            && before.kills.isPresent()
                            && kills.getAsLong() > before.kills.getAsLong();
            lastKill = rose ? Optional.of(now) : before.lastKill;
            // The files of a cgroup that is being removed cannot be read.
            if (kills.isEmpty()) kills = before.kills;
        }
        return new PresentCgroup(cgroup, life, kills, lastKill);
    }

    private static VmEnd end(PresentCgroup ended, Instant now) {
        Path folder = ended.cgroup.folder();
        String what =
                "its cgroup %s was removed at %s"
                        .formatted(folder, now.truncatedTo(ChronoUnit.SECONDS));
        Optional<Instant> kill = ended.lastKill.filter(it -> it.plus(KILL_EXPLAINS).isAfter(now));
        if (kill.isPresent())
            return new VmEnd(
                    true,
                    "%s, %d s after the kernel's OOM killer ended one of its processes"
                            .formatted(what, Duration.between(kill.get(), now).toSeconds()));
        String unit = String.valueOf(folder.getFileName());
        return new VmEnd(
                false,
                what
                        + ", so its Postgres crashed or was stopped"
                        + (unit.endsWith(".service")
                                ? "; `systemctl status '" + unit + "'` shows which"
                                : ""));
    }

    /// Returns the recorded ends by name.
    Map<String, VmEnd> all() {
        Map<String, VmEnd> all = new HashMap<>();
        ends.forEach((name, end) -> all.put(name, end.end));
        return Map.copyOf(all);
    }
}
