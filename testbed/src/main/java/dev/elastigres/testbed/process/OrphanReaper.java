package dev.elastigres.testbed.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Ends the processes and removes the folders that this process leaves behind when it is killed,
/// and can do nothing about it itself: a shell in a session of its own holds the other end of a
/// pipe, and acts when that closes. What is gone by then does not matter, so that nothing needs
/// to be taken back. For any thread.
///
/// The kernel's own signal at a parent's death covers neither folders nor processes of another
/// start, and depends on the thread that started them.
public final class OrphanReaper {
    private static final OrphanReaper OF_THIS_PROCESS = new OrphanReaper();

    /// Lines of its input: `p SIGNAL PID START` for a process, `m FOLDER` for the QEMUs that
    /// have it on their command line, `d FOLDER`. A process is known by its start, too, as ids
    /// come again.
    private static final String SCRIPT =
            """
            trap '' HUP INT QUIT TERM PIPE
            newline='
            '
            processes= machines= folders=
            while IFS= read -r line; do
                case $line in
                    'p '*) processes="$processes$newline${line#p }" ;;
                    'm '*) machines="$machines$newline${line#m }" ;;
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
            for folder in $machines $folders; do
                rm -rf -- "$folder"
            done
            """;

    private @Nullable OutputStream pipe;

    private OrphanReaper() {}

    /// Ends `process` with `signal`, and by force when that does not end it within five seconds.
    ///
    /// @param signal as the shell's `kill` names it, such as `TERM`
    public static void watch(ProcessHandle process, String signal) {
        startOf(process.pid())
                .ifPresent(
                        start ->
                                OF_THIS_PROCESS.say(
                                        "p %s %d %s".formatted(signal, process.pid(), start)));
    }

    /// Removes `folder` and all that is in it, after the processes have ended.
    public static void watch(Path folder) {
        OF_THIS_PROCESS.say("d " + folder.toAbsolutePath());
    }

    /// Ends every QEMU that has something in `folder` on its command line, and removes the folder.
    public static void watchMachines(Path folder) {
        OF_THIS_PROCESS.say("m " + folder.toAbsolutePath());
    }

    /// In the kernel's ticks since boot; empty when the process has ended.
    private static Optional<String> startOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The name, in parentheses, may have anything in it.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Optional.of(fields[19]);
        } catch (IOException | IndexOutOfBoundsException _) {
            return Optional.empty();
        }
    }

    private synchronized void say(String line) {
        if (line.contains("\n")) return;
        try {
            if (pipe == null) pipe = start();
            pipe.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            pipe.flush();
        } catch (IOException _) {
            // Without a shell, or after somebody has ended it, things are left behind as they were
            // before there was one.
        }
    }

    private static OutputStream start() throws IOException {
        try {
            return start(List.of("setsid", "sh", "-c", SCRIPT, "orphan-reaper"));
        } catch (IOException _) {
            // Without setsid what is sent to the whole process group reaches it, too.
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
