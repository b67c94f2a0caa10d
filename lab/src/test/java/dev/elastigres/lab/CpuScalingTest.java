package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The monitor switches the CPUs of a real machine, as its own user.
@InLab
class CpuScalingTest {
    private static final String PUT =
            """
            perl -MIO::Socket::INET -e '
                my $to = IO::Socket::INET->new(PeerAddr => "127.0.0.1:10302") or die $@;
                my $body = "%d";
                print $to "PUT /cpu HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nContent-Length: "
                    . length($body) . "\\r\\nConnection: close\\r\\n\\r\\n$body";
                print while <$to>;'
            """;

    @Test
    void switchesThemOffAndOn(LabVm vm) throws Exception {
        vm.awaitReady();
        assertThat(vm.sh(PUT.formatted(2500))).startsWith("HTTP/1.1 200").endsWith("3000");
        assertThat(vm.sh("nproc")).isEqualTo("3");
        assertThat(vm.sh(PUT.formatted(9000))).as("there are 4").startsWith("HTTP/1.1 409");
        assertThat(vm.sh("nproc")).isEqualTo("4");
        assertThat(vm.sh(PUT.formatted(1000))).startsWith("HTTP/1.1 200").endsWith("1000");
        assertThat(vm.sh("nproc")).isEqualTo("1");
        assertThat(vm.sql("select 1")).isEqualTo("1");
    }
}
