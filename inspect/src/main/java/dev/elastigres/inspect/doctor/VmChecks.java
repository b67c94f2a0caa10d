package dev.elastigres.inspect.doctor;

import dev.elastigres.host.file.FileTrees;
import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import dev.elastigres.inspect.doctor.DoctorCheck.CheckTopic;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.image.Images;
import dev.elastigres.vm.qemu.KvmProbe;
import dev.elastigres.vm.qemu.RequiredPrograms;
import dev.elastigres.vm.state.XdgFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Checks of what virtual machines need.
record VmChecks(XdgFolders folders) {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Pattern VERSION = Pattern.compile("version (\\d+)\\.(\\d+)[^\\s)]*");

    /// The oldest QEMU that the tests run with.
    private static final int MIN_MAJOR = 7;

    private static final int MIN_MINOR = 2;

    List<DoctorCheck> run() throws InterruptedException {
        var checks = new ArrayList<DoctorCheck>();
        checks.add(programs("programs", RequiredPrograms.RUN));
        checks.add(programs("image build", RequiredPrograms.BUILD));
        if (ExternalProgram.find("qemu-system-x86_64").isPresent()) {
            checks.add(qemu());
            checks.add(kvm());
        }
        return checks;
    }

    private static DoctorCheck programs(String name, RequiredPrograms programs) {
        try {
            programs.require();
            return DoctorCheck.ok(CheckTopic.VM, name, "all programs are installed");
        } catch (VmException.Missing e) {
            return DoctorCheck.failed(
                    CheckTopic.VM, name, "not installed: " + e.programs(), e.remedy());
        }
    }

    private static DoctorCheck qemu() throws InterruptedException {
        try {
            return version(ExternalProgram.of(TIMEOUT, "qemu-system-x86_64", "--version").run());
        } catch (ExternalProgramException e) {
            return DoctorCheck.failed(
                    CheckTopic.VM,
                    "QEMU",
                    String.valueOf(e.getMessage()),
                    "reinstall it: apt-get install --reinstall -y qemu-system-x86");
        }
    }

    /// @param output output of `qemu-system-x86_64 --version`
    static DoctorCheck version(String output) {
        Matcher version = VERSION.matcher(output);
        if (!version.find())
            return DoctorCheck.warning(CheckTopic.VM, "QEMU", "its version is unknown", "");
        int major = Integer.parseInt(version.group(1));
        boolean isOld =
                major < MIN_MAJOR
                        || (major == MIN_MAJOR && Integer.parseInt(version.group(2)) < MIN_MINOR);
        return isOld
                ? DoctorCheck.warning(
                        CheckTopic.VM,
                        "QEMU",
                        version.group() + " is older than the tested ones",
                        "install QEMU %d.%d or later".formatted(MIN_MAJOR, MIN_MINOR))
                : DoctorCheck.ok(CheckTopic.VM, "QEMU", version.group());
    }

    /// Boots a kernel with KVM, because the device alone does not mean that KVM works.
    private DoctorCheck kvm() throws InterruptedException {
        try {
            Path work = Files.createTempDirectory("elastigres-doctor-");
            try {
                Optional<Path> kernel = kernel(work);
                if (kernel.isPresent()) return kvm(kernel.get());
                Optional<String> objection = KvmProbe.deviceObjection();
                return objection.isPresent()
                        ? withoutKvm(objection.get())
                        : DoctorCheck.warning(
                                CheckTopic.VM,
                                "KVM",
                                "the device can be opened; no kernel to boot was found",
                                "build an image (elastigres vm image build), then repeat this");
            } finally {
                FileTrees.delete(work);
            }
        } catch (IOException e) {
            return DoctorCheck.warning(CheckTopic.VM, "KVM", "not checked: " + e.getMessage(), "");
        }
    }

    private DoctorCheck kvm(Path kernel) throws InterruptedException {
        Optional<String> objection =
                new KvmProbe(kernel, folders.cache().resolve("kvm")).objection();
        return objection.isPresent()
                ? withoutKvm(objection.get())
                : DoctorCheck.ok(CheckTopic.VM, "KVM", "a kernel boots with it");
    }

    private static DoctorCheck withoutKvm(String objection) {
        return DoctorCheck.warning(
                CheckTopic.VM,
                "KVM",
                objection + "; VMs are emulated, which is several times slower",
                KvmProbe.remedy(objection));
    }

    /// Returns the kernel of the newest image, or else the kernel of this host if it is readable.
    private Optional<Path> kernel(Path work) throws InterruptedException {
        try {
            Optional<Path> image = new Images(folders.images()).latest();
            if (image.isPresent()) {
                Path kernel = work.resolve("kernel");
                Images.extractBoot(image.get(), kernel, work.resolve("initrd"));
                return Optional.of(kernel);
            }
        } catch (VmException _) {
            // The kernel of this host serves as well.
        }
        return Optional.of(Path.of("/boot/vmlinuz-" + System.getProperty("os.version")))
                .filter(Files::isReadable);
    }
}
