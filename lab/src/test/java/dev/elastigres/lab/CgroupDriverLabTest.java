package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.driver.CgroupDriver;
import dev.elastigres.agent.driver.ObservedSize;
import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests the agent's cgroup driver on a real cgroup v2, with the Java runtime of the guest's
/// monitor.
@InLab
class CgroupDriverLabTest {
    private static final String JAVA = "/usr/lib/elastigres-monitor/runtime/bin/java";
    private static final String JARS = "/usr/lib/elastigres-monitor/lib/*:/run/driver.jar";
    private static final Bytes HELD = Bytes.ofMebibytes(120);

    @TempDir Path folder;

    @Test
    void aCgroupIsFoundAndResized(LabVm vm) throws Exception {
        vm.write("/run/driver.base64", Base64.getEncoder().encodeToString(jar()));
        vm.sh("base64 -d /run/driver.base64 > /run/driver.jar");
        assertThat(run(vm, "find")).isEmpty();
        vm.sh("mkdir /sys/fs/cgroup/app-one /sys/fs/cgroup/other");
        assertThat(run(vm, "find")).isEqualTo("app-one");

        // Without limits its size is that of the machine.
        String all = run(vm, "look");
        assertThat(all).startsWith("ObservedSize[size=Resources[vcpus=2.0, memory=");
        assertThat(all).doesNotContain("memory=512MiB");

        var half = new Resources(0.5, Bytes.ofMebibytes(256));
        assertThat(run(vm, "resize 0.5 256")).isEqualTo(new ResizeOutcome.Done(half).toString());
        assertThat(vm.sh("cat /sys/fs/cgroup/app-one/memory.max")).isEqualTo("268435456");
        assertThat(vm.sh("cat /sys/fs/cgroup/app-one/cpu.max")).isEqualTo("50000 100000");
        assertThat(run(vm, "look")).isEqualTo(new ObservedSize(half, half).toString());

        var held = GuestMemoryHolder.hold(vm, "app-one", HELD);
        assertThat(run(vm, "resize 0.25 64")).as("it would be killed").startsWith("Partial");
        assertThat(vm.sh("cat /sys/fs/cgroup/app-one/memory.max")).isEqualTo("268435456");
        assertThat(vm.sh("cat /sys/fs/cgroup/app-one/cpu.max")).isEqualTo("25000 100000");
        vm.sh("kill -0 " + held.process());

        var more = new Resources(1, Bytes.ofMebibytes(384));
        assertThat(run(vm, "resize 1 384")).isEqualTo(new ResizeOutcome.Done(more).toString());
        held.release();
        var min = new Resources(0.25, Bytes.ofMebibytes(128));
        LabAwait.until(
                "what was held is free",
                () -> run(vm, "resize 0.25 128"),
                new ResizeOutcome.Done(min).toString()::equals);
    }

    private static String run(LabVm vm, String arguments) throws Exception {
        return vm.sh(
                "%s -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx16m -cp '%s' %s %s"
                        .formatted(JAVA, JARS, CgroupProgram.class.getName(), arguments));
    }

    /// Returns a jar of the test program, the driver's classes and their dependencies that the
    /// monitor's package lacks.
    private byte[] jar() throws Exception {
        Path agent = home(CgroupDriver.class);
        if (Files.isRegularFile(agent)) {
            Path classes = folder.resolve("classes");
            jarTool("--extract", "--file", agent.toString(), "--dir", classes.toString());
            agent = classes;
        }
        Path jar = folder.resolve("driver.jar");
        jarTool(
                "--create",
                "--file",
                jar.toString(),
                "-C",
                agent.toString(),
                CgroupDriver.class.getPackageName().replace('.', '/'),
                "-C",
                agent.toString(),
                Endpoint.class.getPackageName().replace('.', '/'),
                "-C",
                home(CgroupProgram.class).toString(),
                CgroupProgram.class.getName().replace('.', '/') + ".class");
        return Files.readAllBytes(jar);
    }

    /// Returns the jar or the folder that contains a class.
    private static Path home(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static void jarTool(String... arguments) {
        var tool = ToolProvider.findFirst("jar").orElseThrow();
        assertThat(tool.run(System.err, System.err, arguments)).isZero();
    }
}
