package dev.elastigres.vm.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.vm.VmException;
import org.junit.jupiter.api.Test;

class RequiredProgramsTest {
    @Test
    void everyMissingPackageInOneLine() {
        assertThatThrownBy(
                        () ->
                                RequiredPrograms.BUILD.require(
                                        program ->
                                                program.startsWith("dpkg")
                                                        || program.equals("tar")))
                .isInstanceOf(VmException.Missing.class)
                .hasMessage(
                        "not installed: apt-get, e2fsck, fakeroot, mke2fs, qemu-system-x86_64."
                                + " Install with: apt-get install -y apt e2fsprogs fakeroot qemu-system-x86");
    }

    @Test
    void acceptsHostWithAllPrograms() {
        assertThat(RequiredPrograms.RUN.packages()).isNotEmpty();
        assertThatCode(() -> RequiredPrograms.RUN.require(_ -> true)).doesNotThrowAnyException();
    }
}
