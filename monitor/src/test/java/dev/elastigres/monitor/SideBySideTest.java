package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.monitor.watch.FakeKernelTree;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two monitors of one process share nothing.
class SideBySideTest {
    @TempDir Path folder;

    @Test
    void monitorsInOneProcessAreIndependent() throws Exception {
        var leftTree = tree("left");
        var rightTree = tree("right");
        try (var right = TestMonitor.start(rightTree);
                var rightAgent = right.agent()) {
            try (var left = TestMonitor.start(leftTree);
                    var leftAgent = left.agent()) {
                right.awaitSamples();
                left.awaitSamples();
                leftTree.usage(950);
                assertThat(leftAgent.nextUpscaleRequest().id()).isEqualTo("3");
                assertThat(rightAgent.askDownscale(2, 512).next().ok()).isTrue();
                assertThat(leftAgent.askDownscale(2, 512).nextAnswer().ok()).isFalse();

                rightTree.removeCgroup();
                right.awaitUnready("memory usage is unknown");
                assertThat(left.get("/readyz").code()).isEqualTo(200);
                assertThat(left.log()).doesNotContain("memory usage is unknown");
                assertThat(left.status("memory", "announced_bytes")).isEqualTo("null");
            }
            rightAgent.checkHealth(4);
            rightTree.usage(950);
            assertThat(rightAgent.nextUpscaleRequest().id()).isEqualTo("3");
        }
    }

    private FakeKernelTree tree(String name) throws Exception {
        return new FakeKernelTree(Files.createDirectory(folder.resolve(name)))
                .total(1024)
                .usage(200);
    }
}
