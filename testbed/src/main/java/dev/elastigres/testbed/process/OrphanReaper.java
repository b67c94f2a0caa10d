package dev.elastigres.testbed.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Ends processes and removes folders, network links and cgroups that this process leaves behind
/// when it is killed. A shell in a separate session holds the other end of a pipe and acts when the
/// pipe closes. Entries need not be withdrawn, because the shell ignores what no longer exists.
/// Names must therefore not be used again. Thread-safe.
///
/// The kernel's parent-death signal covers neither folders nor processes that were started in
/// another way, and depends on the thread that started the child.
public final class OrphanReaper {
    private static final OrphanReaper OF_THIS_PROCESS = new OrphanReaper();

    /// The shell script. Its input has lines `p SIGNAL PID START` for a process, `m FOLDER` for the
    /// QEMU processes that have the folder in their command line, `l LINK` for a network link,
    /// `c FOLDER` for a cgroup with those below it, and `d FOLDER` for a folder. A process is
    /// identified by its start time, too, because process IDs are reused.
    private static final String SCRIPT =
            """
            trap '' HUP INT QUIT TERM PIPE
            newline='
            '
            processes= machines= folders= links= cgroups=
            while IFS= read -r line; do
                case $line in
                    'p '*) processes="$processes$newline${line#p }" ;;
                    'm '*) machines="$machines$newline${line#m }" ;;
                    'l '*) links="$links$newline${line#l }" ;;
                    'c '*) cgroups="$cgroups$newline${line#c }" ;;
                    'd '*) folders="$folders$newline${line#d }" ;;
                esac
            done
            set -f
            lives() {
                stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
                start=$2
                set -- ${stat##*) }
                [ "$1" != Z ] && [ "${20}" = "$start" ]
            }
            signal() {
                IFS=$newline
                for entry in $processes; do
                    IFS=' '
                    set -- $entry
                    lives "$2" "$3" && kill -s "${how:-$1}" "$2" 2>/dev/null
                done
            }
            any() {
                IFS=$newline
                for entry in $processes; do
                    IFS=' '
                    set -- $entry
                    lives "$2" "$3" && return
                done
                return 1
            }
            signal
            for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
                any || break
                sleep 0.2
            done
            how=KILL
            signal
            IFS=$newline
            for folder in $machines; do
                set +f
                for command in /proc/[0-9]*/cmdline; do
                    set -f
                    words=$(tr '\\0' '\\n' <"$command" 2>/dev/null) || continue
                    case ${words%%"$newline"*} in *qemu-system*) ;; *) continue ;; esac
                    case $words in
                        *"$folder/"*)
                            process=${command#/proc/}
                            kill -9 "${process%/cmdline}" 2>/dev/null
                            ;;
                    esac
                done
            done
            for link in $links; do
                ip link delete "$link" 2>/dev/null
            done
            # A cgroup is busy for a moment after its processes were killed.
            for _ in 1 2 3 4 5 6 7 8 9 10; do
                left=
                for cgroup in $cgroups; do
                    find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null
                    [ -d "$cgroup" ] && left=1
                done
                [ -z "$left" ] && break
                sleep 0.2
            done
            for folder in $machines $folders; do
                rm -rf -- "$folder"
            done
            """;

    private @Nullable OutputStream pipe;

    private OrphanReaper() {}

    /// Registers `process` to be ended with `signal`, and to be killed if it does not end within
    /// five seconds.
    ///
    /// @param signal name of the signal for the shell's `kill`, such as `TERM`
    public static void watch(ProcessHandle process, String signal) {
        startOf(process.pid())
                .ifPresent(
                        start ->
                                OF_THIS_PROCESS.send(
                                        "p %s %d %s".formatted(signal, process.pid(), start)));
    }

    /// Registers `folder` to be removed with all its contents, after the processes have ended.
    public static void watch(Path folder) {
        OF_THIS_PROCESS.send("d " + folder.toAbsolutePath());
    }

    /// Registers `folder` to be removed after every QEMU process with a path below it in its
    /// command line was killed.
    public static void watchMachines(Path folder) {
        OF_THIS_PROCESS.send("m " + folder.toAbsolutePath());
    }

    /// Registers the network link `name` to be deleted.
    public static void watchLink(String name) {
        OF_THIS_PROCESS.send("l " + name);
    }

    /// Registers a cgroup to be removed with those below it, after the processes have ended.
    public static void watchCgroup(Path cgroup) {
        OF_THIS_PROCESS.send("c " + cgroup.toAbsolutePath());
    }

    /// Returns the start time in clock ticks since boot; empty if the process has ended.
    private static Optional<String> startOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The name is in parentheses and may contain any characters.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Optional.of(fields[19]);
        } catch (IOException | IndexOutOfBoundsException _) {
            return Optional.empty();
        }
    }

    private synchronized void send(String line) {
        if (line.contains("\n")) return;
        try {
            if (pipe == null) pipe = start();
            pipe.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            pipe.flush();
        } catch (IOException _) {
            // Without a shell, or after it was killed, nothing is cleaned up.
        }
    }

    private static OutputStream start() throws IOException {
        try {
            return start(List.of("setsid", "sh", "-c", SCRIPT, "orphan-reaper"));
        } catch (IOException _) {
            // Without setsid, the shell also receives signals to the whole process group.
            return start(List.of("sh", "-c", SCRIPT, "orphan-reaper"));
        }
    }

    private static OutputStream start(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .getOutputStream();
    }
}
