package dev.elastigres.monitor;

import dev.elastigres.daemon.settings.ParseResult;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.monitor.watch.Postmaster;
import java.nio.file.Path;
import java.util.Optional;

/// The settings of Postgres' cgroup and processes, and of the kernel's files.
final class LocationSettings {
    /// What limits the CPUs and memory of Postgres.
    enum SizeSource {
        MACHINE,
        CGROUP
    }

    static final Setting<String> CGROUP =
            Setting.of(
                            "cgroup",
                            SettingType.text()
                                    .where(LocationSettings::isPath, "give a name or a path"),
                            "Cgroup of Postgres: a name below the cgroup root, or a path")
                    .advice(
                            "It must contain all processes of one Postgres and nothing"
                                    + " else: memory of other programs in it counts as Postgres'."
                                    + " Without it, pgdata or pgpid, no memory is watched, every"
                                    + " downscale is accepted and no memory is requested.")
                    .flag('c')
                    .placeholder("NAME");
    static final Setting<SizeSource> SIZE_SOURCE =
            Setting.of(
                            "size-source",
                            SettingType.oneOf(SizeSource.class),
                            "What the size and the load of Postgres are read from:"
                                    + " the machine, or its cgroup")
                    .advice(
                            "Choose cgroup for an agent with driver cgroup: memory,"
                                    + " CPUs and load are then those of the cgroup and its limits,"
                                    + " as for a container, and other programs do not count. In a"
                                    + " VM of Postgres' own, keep machine, which also counts what"
                                    + " the guest needs besides Postgres. Requires cgroup.")
                    .or("machine");
    static final Setting<Path> PGDATA =
            Setting.of(
                            "pgdata",
                            SettingType.path(),
                            "Data directory of Postgres, whose process tree is watched"
                                    + " where there is no cgroup v2")
                    .advice(
                            "Needs read access to postmaster.pid there and to /proc of"
                                    + " its processes. It survives restarts of Postgres, so"
                                    + " prefer it to pgpid; a cgroup is cheaper to read and has"
                                    + " the kernel's signals, too.")
                    .placeholder("DIR");
    static final Setting<Integer> PGPID =
            Setting.of(
                            "pgpid",
                            SettingType.integer(1, Integer.MAX_VALUE),
                            "Process ID of the postmaster, whose process tree is"
                                    + " watched where there is no cgroup v2")
                    .advice(
                            "For a test, or where postmaster.pid cannot be read. After"
                                    + " a restart of Postgres the process ID is another one,"
                                    + " usage is unknown, and downscales are refused.")
                    .placeholder("PID");
    private static final Setting<Path> PATH_CGROUP =
            Setting.of("path.cgroup", SettingType.path(), "Root of the cgroup v2 hierarchy")
                    .advice(
                            "Set it only where the hierarchy is mounted elsewhere, as"
                                    + " in a container that has the host's at another path. A"
                                    + " cgroup that is not found below it makes usage unknown, so"
                                    + " downscales are refused.")
                    .placeholder("DIR")
                    .or("/sys/fs/cgroup");
    private static final Setting<Path> PATH_PROCFS =
            Setting.of("path.procfs", SettingType.path(), "Mount point of procfs")
                    .advice(
                            "Set it only where the host's procfs is mounted elsewhere,"
                                    + " as in a container. Without the figures there, the monitor"
                                    + " does not start.")
                    .placeholder("DIR")
                    .or("/proc");
    private static final Setting<Path> PATH_SYSFS =
            Setting.of("path.sysfs", SettingType.path(), "Mount point of sysfs")
                    .advice(
                            "Used only with cpu.addr, to switch CPUs on and off, which"
                                    + " needs write permission below devices/system/cpu there.")
                    .placeholder("DIR")
                    .or("/sys");
    private static final Setting<Path> PATH_MEMINFO =
            Setting.of(
                            "path.meminfo",
                            SettingType.path(),
                            "File with the machine's MemTotal; default: PROCFS/meminfo")
                    .advice(
                            "For a test, or for a container whose runtime shows its own"
                                    + " meminfo elsewhere. MemTotal and MemAvailable there are"
                                    + " what the machine counts as having.")
                    .placeholder("FILE");

    private LocationSettings() {}

    static SettingTable addTo(SettingTable table) {
        return table.group(
                        "Locations",
                        SIZE_SOURCE,
                        PGDATA,
                        PGPID,
                        PATH_CGROUP,
                        PATH_PROCFS,
                        PATH_SYSFS,
                        PATH_MEMINFO)
                .rule(LocationSettings::checkPostmaster, PGDATA, PGPID)
                .rule(LocationSettings::checkSizeSource, SIZE_SOURCE, CGROUP);
    }

    static MonitorConfig.PostgresLocation location(Settings settings) {
        Path root = settings.get(PATH_CGROUP);
        Path procfs = settings.get(PATH_PROCFS);
        Optional<Postmaster> byPid = settings.find(PGPID).map(Postmaster.ByPid::new);
        return new MonitorConfig.PostgresLocation(
                // Resolving keeps an absolute path and puts a name below the root.
                settings.find(CGROUP).map(root::resolve),
                hasCgroupSize(settings),
                byPid.or(() -> settings.find(PGDATA).map(Postmaster.ByDataDirectory::new)),
                root,
                procfs,
                settings.find(PATH_MEMINFO).orElse(procfs.resolve("meminfo")));
    }

    /// The directory in which the kernel shows the CPUs.
    static Path cpuFolder(Settings settings) {
        return settings.get(PATH_SYSFS).resolve("devices/system/cpu");
    }

    private static void checkPostmaster(Settings settings) {
        if (settings.find(PGDATA).isPresent() && settings.find(PGPID).isPresent())
            throw new IllegalArgumentException("name Postgres by one of them");
    }

    /// Returns whether the limits of Postgres' cgroup are its size.
    static boolean hasCgroupSize(Settings settings) {
        return settings.get(SIZE_SOURCE) == SizeSource.CGROUP;
    }

    private static void checkSizeSource(Settings settings) {
        if (hasCgroupSize(settings) && settings.find(CGROUP).isEmpty())
            throw new IllegalArgumentException("size-source cgroup requires cgroup");
    }

    private static boolean isPath(String text) {
        return SettingType.path().parser().apply(text) instanceof ParseResult.Valid;
    }
}
