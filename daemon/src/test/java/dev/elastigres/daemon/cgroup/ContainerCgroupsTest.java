package dev.elastigres.daemon.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerCgroupsTest {
    private static final String UID = "8f6c6a4e-1f0b";
    private static final String ID = "4e1c8a";

    @TempDir Path root;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kubepods/pod8f6c6a4e-1f0b/4e1c8a",
                "kubepods/burstable/pod8f6c6a4e-1f0b/4e1c8a",
                "kubepods/besteffort/pod8f6c6a4e-1f0b/4e1c8a",
                "kubepods/burstable/pod8f6c6a4e-1f0b/crio-4e1c8a",
                "kubepods.slice/kubepods-pod8f6c6a4e_1f0b.slice/cri-containerd-4e1c8a.scope",
                "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod8f6c6a4e_1f0b.slice"
                        + "/cri-containerd-4e1c8a.scope",
                "kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod8f6c6a4e_1f0b.slice"
                        + "/crio-4e1c8a.scope",
                "kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice"
                        + "/kubelet-kubepods-burstable-pod8f6c6a4e_1f0b.slice"
                        + "/cri-containerd-4e1c8a.scope",
                "a/b/kubelet/kubepods/burstable/pod8f6c6a4e-1f0b/4e1c8a"
            })
    void findsWhereKubeletsAndRuntimesPutIt(String place) throws Exception {
        Files.createDirectories(root.resolve("system.slice/a.service/kubepods"));
        var search = new ContainerCgroups(root);
        search.searchAgain();
        assertThat(search.find(UID, ID)).isEmpty();
        Path folder = Files.createDirectories(root.resolve(place));
        search.searchAgain();
        assertThat(search.find(UID, ID)).contains(folder);
        Files.delete(folder);
        assertThat(search.find(UID, ID)).isEmpty();
    }

    @Test
    void ignoresCgroupsOfOtherContainers() throws Exception {
        Path pod = root.resolve("kubepods.slice/kubepods-pod8f6c6a4e_1f0b.slice");
        for (String other :
                new String[] {"crio-conmon-4e1c8a.scope", "cri-containerd-4e1c8b.scope"})
            Files.createDirectories(pod.resolve(other));
        Files.createDirectories(
                root.resolve("kubepods.slice/kubepods-pod0000.slice/cri-containerd-4e1c8a.scope"));
        Files.createDirectories(root.resolve("elsewhere"));
        Files.createSymbolicLink(
                pod.resolve("cri-containerd-4e1c8a.scope"), root.resolve("elsewhere"));
        var search = new ContainerCgroups(root);
        search.searchAgain();
        assertThat(search.find(UID, ID)).isEmpty();
    }

    @Test
    void doesNotLookForever() throws Exception {
        Path deep = root;
        for (int i = 0; i < 40; i++) deep = deep.resolve("d");
        Files.createDirectories(deep.resolve("kubepods/pod8f6c6a4e-1f0b/4e1c8a"));
        Files.createSymbolicLink(root.resolve("loop"), root);
        var search = new ContainerCgroups(root);
        search.searchAgain();
        assertThat(search.find(UID, ID)).isEmpty();
    }
}
