package dev.elastigres.vm.image;

import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import dev.elastigres.vm.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Fetches Debian packages with apt into a separate folder. The machine's own packages, sources and
/// locks are not changed, and no privileges are needed.
///
/// @param folder folder of the packages; a separate one for each release and architecture
/// @param set the packages
public record PackageFetcher(Path folder, PackageSet set) {
    private static final Duration TIMEOUT = Duration.ofMinutes(15);

    /// Dependencies that the guest does not need: for installing software, creating an initial
    /// ramdisk, and compiling queries (whose library alone is a third of the image).
    static final Pattern LEFT_OUT =
            Pattern.compile(
                    "(adduser|cpio|debconf|dpkg|initramfs-tools|initramfs-tools-core|init-system-helpers|klibc-utils"
                            + "|libc-l10n|libklibc|libllvm\\d+|libperl5\\.\\d+|libz3-4|linux-base|locales|logsave|openssl"
                            + "|perl|perl-modules-5\\.\\d+|lib[a-z-]+-perl|postgresql-client-common|postgresql-common"
                            + "|readline-common|sensible-utils|ssl-cert|tar|ucf|udev|usrmerge)_.*\\.deb");

    /// Parts of packages that are omitted, as tar patterns.
    static final List<String> UNWANTED_FILES =
            List.of(
                    "./usr/share/doc/*",
                    "./usr/share/man/*",
                    "./usr/share/locale/*",
                    "./usr/share/info/*",
                    "./usr/share/lintian/*",
                    "./usr/share/bash-completion/*",
                    "./usr/lib/postgresql/*/lib/bitcode",
                    "./usr/lib/postgresql/*/lib/bitcode/*",
                    "./usr/lib/postgresql/*/lib/llvmjit*",
                    "./boot/System.map-*",
                    "./boot/config-*",
                    "./lib/modules/*/kernel/sound/*",
                    "./lib/modules/*/kernel/drivers/net/ethernet/*",
                    "./lib/modules/*/kernel/drivers/infiniband/*",
                    "./lib/modules/*/kernel/drivers/scsi/*",
                    "./lib/modules/*/kernel/drivers/gpu/*",
                    "./lib/modules/*/kernel/drivers/md/*",
                    "./lib/modules/*/kernel/drivers/xen/*",
                    "./lib/modules/*/kernel/drivers/target/*",
                    "./lib/modules/*/kernel/drivers/nvme/*",
                    "./lib/modules/*/kernel/drivers/usb/*",
                    "./lib/modules/*/kernel/fs/btrfs/*",
                    "./lib/modules/*/kernel/fs/ceph/*",
                    "./lib/modules/*/kernel/fs/cifs/*",
                    "./lib/modules/*/kernel/fs/nfs/*",
                    "./lib/modules/*/kernel/fs/nfsd/*",
                    "./lib/modules/*/kernel/fs/ocfs2/*",
                    "./lib/modules/*/kernel/fs/gfs2/*",
                    "./lib/modules/*/kernel/fs/xfs/*",
                    "./lib/modules/*/kernel/fs/f2fs/*",
                    "./lib/modules/*/kernel/fs/jfs/*",
                    "./lib/modules/*/kernel/net/netfilter/*",
                    "./lib/modules/*/kernel/net/sctp/*",
                    "./lib/modules/*/kernel/net/tipc/*");

    /// Downloads the packages that are not in the folder yet.
    ///
    /// @return the files of the packages, in a fixed order
    public List<Path> fetch(Consumer<String> progress) throws VmException, InterruptedException {
        try {
            for (String name :
                    List.of("state/lists/partial", "cache/archives/partial", "none/partial")) {
                Files.createDirectories(folder.resolve(name));
            }
            Files.writeString(folder.resolve("sources.list"), sources());
            // With an empty list of installed packages, apt fetches everything, regardless of this
            // machine's packages.
            Files.writeString(folder.resolve("status"), "");
            progress.accept("fetching the package lists of Debian " + set.release());
            apt(List.of("-q", "update"), _ -> {});
            progress.accept("fetching packages");
            apt(install("--download-only"), line -> fetched(line, progress));
            return files();
        } catch (IOException e) {
            throw new VmException.Failed("cannot prepare " + folder, e);
        } catch (ExternalProgramException e) {
            throw new VmException.Failed("cannot fetch Debian packages", e);
        }
    }

    private static void fetched(String line, Consumer<String> progress) {
        if (line.startsWith("Get:")) progress.accept("  " + line.substring(line.indexOf(' ') + 1));
    }

    /// Returns only the files of this set; the folder may also contain older downloads.
    private List<Path> files() throws ExternalProgramException, InterruptedException {
        // Apt prints what it would fetch, which is everything, because the cache folder is empty.
        var arguments =
                new ArrayList<>(List.of("-o", "Dir::Cache::archives=" + folder.resolve("none")));
        arguments.addAll(install("--print-uris"));
        return apt(arguments, _ -> {})
                .lines()
                .filter(line -> line.startsWith("'"))
                .map(line -> line.split(" ", -1)[1])
                .filter(name -> !set.leftOut().matcher(name).matches())
                .sorted()
                .map(folder.resolve("cache/archives")::resolve)
                .toList();
    }

    private List<String> install(String how) {
        var arguments =
                new ArrayList<>(List.of("-q", "-y", "--no-install-recommends", how, "install"));
        arguments.addAll(set.names());
        return arguments;
    }

    private String sources() {
        Path keys = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
        String signed = Files.exists(keys) ? " signed-by=" + keys : "";
        String release = set.release();
        String line = "deb [arch=" + set.architecture() + signed + "] %s %s main\n";
        String main = set.archive().main();
        return line.formatted(main, release)
                + line.formatted(main, release + "-updates")
                + set.archive()
                        .security()
                        .map(uri -> line.formatted(uri, release + "-security"))
                        .orElse("");
    }

    private String apt(List<String> arguments, Consumer<String> lines)
            throws ExternalProgramException, InterruptedException {
        var command = new ArrayList<String>();
        command.add("apt-get");
        for (String setting :
                List.of(
                        "Dir::Etc::SourceList=" + folder.resolve("sources.list"),
                        "Dir::Etc::SourceParts=/dev/null",
                        "Dir::State=" + folder.resolve("state"),
                        "Dir::State::status=" + folder.resolve("status"),
                        "Dir::Cache=" + folder.resolve("cache"),
                        "APT::Architecture=" + set.architecture(),
                        "APT::Architectures=" + set.architecture(),
                        "APT::Sandbox::User=",
                        "APT::Keep-Downloaded-Packages=true",
                        "Debug::NoLocking=true")) {
            command.add("-o");
            command.add(setting);
        }
        command.addAll(arguments);
        return new ExternalProgram(command, Map.of("LC_ALL", "C"), TIMEOUT).run(lines);
    }
}
