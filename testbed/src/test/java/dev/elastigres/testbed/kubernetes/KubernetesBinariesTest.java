package dev.elastigres.testbed.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubernetesBinariesTest {
    @TempDir Path folder;

    @Test
    void findsBinariesOnlyWhenAllExist() throws Exception {
        for (ClusterProgram program : ClusterProgram.values()) {
            assertThat(KubernetesBinaries.find(folder)).isEmpty();
            Path file = new KubernetesBinaries(folder).of(program);
            Files.createDirectories(file.getParent());
            executable(file, "");
        }
        assertThat(KubernetesBinaries.find(folder)).contains(new KubernetesBinaries(folder));
    }

    @Test
    void binariesAreInTheUsersCache() {
        assertThat(KubernetesBinaries.cacheFolder(Map.of("XDG_CACHE_HOME", "/some/cache")))
                .isEqualTo(Path.of("/some/cache/elastigres/kubernetes"));
        assertThat(KubernetesBinaries.cacheFolder(Map.of("XDG_CACHE_HOME", "relative")))
                .isEqualTo(
                        Path.of(System.getProperty("user.home"), ".cache/elastigres/kubernetes"));
    }

    @Test
    void kubernetesTakesItsPartsFromTheSameRelease() {
        String text = GoProject.KUBERNETES.goMod(List.of("k8s.io/api", "k8s.io/kubelet"));
        assertThat(text)
                .contains("tool k8s.io/kubernetes/cmd/kube-apiserver\n")
                .contains("require k8s.io/kubernetes v1.35.4\n")
                .contains("replace k8s.io/api => k8s.io/api v0.35.4\n")
                .contains("replace k8s.io/kubelet => k8s.io/kubelet v0.35.4\n");
        assertThat(GoProject.KUBERNETES.linkerFlags())
                .contains(".gitVersion=v1.35.4 ", ".gitMajor=1 ", ".gitMinor=35");
    }

    @Test
    void aGoThatIsTooOldIsPassedOver() throws Exception {
        go("old", "go version go1.19.8 linux/amd64");
        go("new", "go version go1.26.1 linux/amd64");
        String both = folder.resolve("old") + ":" + folder.resolve("new");
        assertThat(GoToolchain.find(both, List.of()))
                .isEqualTo(new GoToolchain(folder.resolve("new/go")));
    }

    @Test
    void errorNamesWhatToInstall() throws Exception {
        go("old", "go version go1.19.8 linux/amd64");
        String path = folder.resolve("old").toString();
        assertThatThrownBy(() -> GoToolchain.find(path, List.of()))
                .isInstanceOf(ToolchainException.class)
                .hasMessageContaining("needs Go 1.25 or newer")
                .hasMessageContaining("found " + folder.resolve("old/go") + ", which is not")
                .hasMessageContaining("https://go.dev/dl");
        assertThatThrownBy(() -> GoToolchain.find("", List.of()))
                .hasMessageContaining("found none");
    }

    private void go(String name, String says) throws Exception {
        Files.createDirectory(folder.resolve(name));
        executable(folder.resolve(name).resolve("go"), "#!/bin/sh\necho '" + says + "'\n");
    }

    private static void executable(Path file, String text) throws Exception {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
