package dev.elastigres.vm.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.vm.VmException;
import org.junit.jupiter.api.Test;

class ToolsTest {
    @Test
    void everyMissingPackageInOneLine() {
        assertThatThrownBy(
                        () ->
                                Tools.BUILD.require(
                                        program ->
                                                program.startsWith("dpkg")
                                                        || program.equals("tar")))
                .isInstanceOf(VmException.Missing.class)
                .hasMessage(
                        "not installed: apt-get, e2fsck, fakeroot, mke2fs, qemu-system-x86_64."
                                + " Install with: apt-get install -y apt e2fsprogs fakeroot qemu-system-x86");
    }

    @Test
    void nothingMissing() {
        assertThat(Tools.RUN.packages()).isNotEmpty();
        assertThatCode(() -> Tools.RUN.require(_ -> true)).doesNotThrowAnyException();
    }
}
