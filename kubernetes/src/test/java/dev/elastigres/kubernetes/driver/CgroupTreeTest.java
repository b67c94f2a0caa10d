package dev.elastigres.kubernetes.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.driver.Cgroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CgroupTreeTest {
    private static final String UID = "8f6c6a4e-1f0b-4b5e-9c53-0d1d2a7d9b10";
    private static final String UID_ = UID.replace('-', '_');
    private static final String ID = "4e1c8a1b2c3d";

    @TempDir private Path root;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kubepods/podUID/ID",
                "kubepods/burstable/podUID/ID",
                "kubepods/besteffort/podUID/crio-ID",
                "kubepods.slice/kubepods-podU_ID.slice/cri-containerd-ID.scope",
                "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podU_ID.slice/crio-ID.scope",
                "kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/"
                        + "kubelet-kubepods-burstable-podU_ID.slice/cri-containerd-ID.scope",
                "mine/kubepods/burstable/podUID/ID"
            })
    void findsEveryLayout(String layout) throws IOException {
        String path = layout.replace("podUID", "pod" + UID).replace("podU_ID", "pod" + UID_);
        Path folder = cgroup(path.replaceAll("ID(\\.scope)?$", ID + "$1"));
        // Other cgroups beside it.
        cgroup("kubepods/burstable/podother/" + ID);
        cgroup("system.slice/containerd.service");
        assertThat(new CgroupTree(root).of(UID, ID)).contains(new Cgroup(folder));
    }

    @Test
    void isGoneWhenItIs() throws IOException {
        var tree = new CgroupTree(root);
        assertThat(tree.of(UID, ID)).isEmpty();
        Path folder = cgroup("kubepods/pod" + UID + "/" + ID);
        assertThat(tree.of(UID, ID)).isPresent();
        assertThat(tree.of(UID, "feed")).isEmpty();
        for (String file : new String[] {"memory.max", "cpu.max"})
            Files.delete(folder.resolve(file));
        assertThat(tree.of(UID, ID)).isEmpty();
    }

    private Path cgroup(String path) throws IOException {
        Path folder = Files.createDirectories(root.resolve(path));
        for (String file : new String[] {"memory.max", "cpu.max"})
            Files.writeString(folder.resolve(file), "max\n");
        return folder;
    }
}
