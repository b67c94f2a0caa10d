package dev.elastigres.vm.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.host.process.ProcessIdentity;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.qemu.Accelerator;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.qemu.CpuScalingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VmStoreTest {
    @TempDir Path folder;
    private final FileLocks locks = new FileLocks();
    private VmStore store = new VmStore(Path.of("/nonexistent"), locks);

    @BeforeEach
    void open() {
        store = new VmStore(folder.resolve("vms"), locks);
    }

    private static VmSpec spec(String name) throws VmException {
        return new VmSpec(
                name,
                Path.of("/images/x.img"),
                new CpuRange(1, 4),
                MemoryRange.parse("512M..4G"),
                AcceleratorChoice.AUTO,
                new Network.User(List.of(new PublishedPort(15432, 5432))));
    }

    private VmFolder create(String name) throws Exception {
        return store.create(spec(name), vm -> Files.writeString(vm.disk(), "disk"));
    }

    private List<String> files() throws Exception {
        try (var files = Files.list(folder.resolve("vms"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aVmFromItsCreationToItsEnd() throws Exception {
        assertThat(store.names()).isEmpty();
        VmFolder vm = create("demo");
        assertThat(store.names()).containsExactly("demo");
        assertThat(store.find("demo")).isEqualTo(vm);
        assertThat(store.spec(vm)).isEqualTo(spec("demo"));
        assertThat(store.state(vm)).isEqualTo(new VmState.Stopped());
        try (var _ = store.lock(vm, "delete")) {
            store.delete(vm);
        }
        assertThat(files()).isEmpty();
        assertThatThrownBy(() -> store.find("demo"))
                .hasMessageStartingWith("there is no VM named demo");
    }

    @Test
    void rejectsSecondVmWithSameName() throws Exception {
        create("demo");
        assertThatThrownBy(() -> create("demo")).hasMessage("there is a VM named demo");
        assertThat(files()).containsExactly("demo");
    }

    @Test
    void onlyOneOfConcurrentCreatesSucceeds() throws Exception {
        var outcomes = new ArrayList<String>();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<VmFolder> task = () -> create("demo");
            for (Future<VmFolder> each : tasks.invokeAll(Collections.nCopies(20, task))) {
                try {
                    outcomes.add(each.get().path().getFileName().toString());
                } catch (ExecutionException e) {
                    outcomes.add(String.valueOf(e.getMessage()));
                }
            }
        }
        assertThat(outcomes).hasSize(20).containsOnlyOnce("demo");
        assertThat(outcomes.stream().filter(it -> it.endsWith("there is a VM named demo")))
                .hasSize(19);
        assertThat(files()).containsExactly("demo");
    }

    @Test
    void failedCreateLeavesNothing() throws Exception {
        VmStore.FolderFiller broken =
                vm -> {
                    Files.writeString(vm.disk(), "half");
                    throw new VmException.Failed("the disk is full");
                };
        assertThatThrownBy(() -> store.create(spec("demo"), broken)).hasMessage("the disk is full");
        assertThat(files()).isEmpty();
    }

    @Test
    void removesLeftoversOfACrash() throws Exception {
        Files.createDirectories(folder.resolve("vms/.new-1"));
        Files.writeString(folder.resolve("vms/.new-1/lock"), "create");
        Path nearlyGone = Files.createDirectories(folder.resolve("vms/.old-2"));
        Files.setLastModifiedTime(nearlyGone, FileTime.from(Instant.now().minusSeconds(7200)));
        Files.createDirectories(folder.resolve("vms/.new-3"));
        assertThat(store.names()).isEmpty();
        create("demo");
        assertThat(files()).as("one may still be at work").containsExactly(".new-3", "demo");
    }

    @Test
    void lockTimeoutNamesTheHoldingCommand() throws Exception {
        VmFolder vm = create("demo");
        try (var _ = locks.lock(vm.lock(), "migrate", Duration.ZERO)) {
            assertThatThrownBy(() -> locks.lock(vm.lock(), "resize", Duration.ofMillis(60)))
                    .isInstanceOf(VmException.Busy.class)
                    .hasMessage("busy with `migrate`; try again when that is done");
        }
        store.lock(vm, "resize").close();
    }

    @Test
    void closingALockTwiceKeepsLockOfOthers() throws Exception {
        VmFolder vm = create("demo");
        var first = locks.tryLock(vm.lock(), "first").orElseThrow();
        first.close();
        try (var _ = locks.tryLock(vm.lock(), "second").orElseThrow()) {
            first.close();
            assertThat(locks.tryLock(vm.lock(), "third")).isEmpty();
        }
        assertThat(locks.tryLock(vm.lock(), "fourth"))
                .hasValueSatisfying(FileLocks.FileLockHandle::close);
    }

    @Test
    void aVmThatIsDeletedWhileOneWaits() throws Exception {
        VmFolder vm = create("demo");
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> waiting;
            try (var _ = store.lock(vm, "delete")) {
                waiting = tasks.submit(() -> store.lock(vm, "start"));
                store.delete(vm);
            }
            assertThatThrownBy(waiting::get)
                    .cause()
                    .isInstanceOf(VmException.Refused.class)
                    .hasMessageContaining("no VM named demo");
        }
    }

    @Test
    void anUnreadableSpec() throws Exception {
        VmFolder vm = create("demo");
        Files.writeString(vm.spec(), "{\"name\": \"demo\"");
        assertThatThrownBy(() -> store.spec(vm))
                .isInstanceOf(VmException.Failed.class)
                .hasMessageContaining("is damaged");
    }

    @Test
    void aRunOfAProcessThatIsGone() throws Exception {
        VmFolder vm = create("demo");
        var self = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
        store.started(
                vm, new VmRun(1, self, Accelerator.TCG, CpuScalingMode.IN_GUEST, Instant.EPOCH));
        assertThat(store.state(vm)).isInstanceOf(VmState.Running.class);

        var reused = new ProcessIdentity(self.pid(), self.startTicks() - 1, self.bootId());
        store.started(
                vm, new VmRun(1, reused, Accelerator.TCG, CpuScalingMode.IN_GUEST, Instant.EPOCH));
        assertThat(store.state(vm))
                .isEqualTo(new VmState.Dead("its QEMU ended without an exit code"));

        var rebooted = new ProcessIdentity(self.pid(), self.startTicks(), "another");
        store.started(
                vm,
                new VmRun(1, rebooted, Accelerator.TCG, CpuScalingMode.IN_GUEST, Instant.EPOCH));
        assertThat(store.state(vm))
                .isEqualTo(new VmState.Dead("this machine was restarted while it ran"));

        store.ended(vm);
        assertThat(store.state(vm)).isEqualTo(new VmState.Stopped());
    }

    @Test
    void aFolderTooDeepForSockets() throws Exception {
        var deep = new VmStore(folder.resolve("x".repeat(100)), locks);
        assertThatThrownBy(() -> deep.create(spec("demo"), _ -> {}))
                .hasMessageContaining("too long for a socket");
    }
}
