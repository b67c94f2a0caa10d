package dev.elastigres.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostCheckTest {
    private final List<String> refused = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:10301",
                "localhost.:10301",
                "db.localhost:80",
                "127.0.0.1",
                "127.0.0.1:10301",
                "192.168.1.7:80",
                "[::1]",
                "[::1]:10301",
                "[FE80::1%25eth0]:10301",
                "[::ffff:127.0.0.1]:1",
                "::1",
                "fe80::1:2:10301",
                "monitor.internal:10301",
                "Monitor.Internal.",
                "db1.example.com",
                ""
            })
    void namesOfThisMachineAreAllowedAtLoopback(String host) throws Exception {
        var check = HostCheck.of(List.of(), "monitor.internal", (_, _) -> {});
        var named = HostCheck.of(List.of("DB1.example.com"), "::", (_, _) -> {});
        assertThat(
                        host.startsWith("db1")
                                ? allows(named, host, "127.0.0.1")
                                : allows(check, host, "127.0.0.1") && allows(check, host, "::1"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:10301",
                "localhost.evil.example",
                "notlocalhost",
                "127.0.0.1.evil.example",
                "127.0.0.1.nip.io:10301",
                "monitor.internal.evil.example",
                "localhost:1:2",
                "localhost@evil.example",
                "localhost evil.example",
                "[evil.example]:1",
                "[::1].evil.example",
                "[::1",
                "127.1",
                "2130706433",
                "0x7f000001",
                ".",
                ":80",
                "localhost, evil.example"
            })
    void foreignNamesAreRefusedAtLoopbackAndReported(String host) throws Exception {
        var check =
                HostCheck.of(List.of(), "monitor.internal", (peer, why) -> refused.add(peer + why));
        for (String local : List.of("127.0.0.1", "127.8.8.8", "::1"))
            assertThat(allows(check, host, local)).isFalse();
        assertThat(refused).hasSize(3).containsOnly("mehost name not allowed: " + host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.2.3", "169.254.1.1", "fd00::1"})
    void elsewhereEveryNameIsAllowedUntilSomeAreNamed(String local) throws Exception {
        var usual = HostCheck.of(List.of(), "0.0.0.0", (_, _) -> {});
        for (String host : List.of("monitor.db.svc.cluster.local:10301", "monitor", "10.1.2.3:1"))
            assertThat(allows(usual, host, local)).isTrue();
        var named = HostCheck.of(List.of("monitor.db.svc"), "0.0.0.0", (_, _) -> {});
        assertThat(allows(named, "monitor.db.svc:10301", local)).isTrue();
        assertThat(allows(named, "10.1.2.3:10301", local)).isTrue();
        assertThat(allows(named, "evil.example", local)).isFalse();
    }

    @Test
    void thisMachinesOwnNameIsAllowed() throws Exception {
        String own = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        var check = HostCheck.of(List.of(), "127.0.0.1", (_, _) -> {});
        assertThat(allows(check, own + ":10301", "127.0.0.1")).isTrue();
        assertThat(allows(check, own + ".evil.example", "127.0.0.1")).isFalse();
    }

    @Test
    void aRequestWithoutAHostIsAllowed() throws Exception {
        var request = new Request("me", "GET", "/", Map.of());
        assertThat(HostCheck.DEFAULT.allows(request, InetAddress.ofLiteral("127.0.0.1"))).isTrue();
    }

    private static boolean allows(HostCheck check, String host, String local) throws IOException {
        return check.allows(
                new Request("me", "GET", "/", Map.of("host", host)), InetAddress.ofLiteral(local));
    }
}
