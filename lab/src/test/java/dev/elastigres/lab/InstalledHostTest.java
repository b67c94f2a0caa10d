package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Installs the Debian package on a Debian host with systemd, scales the Postgres of its unit, and
/// removes the package.
@Tag("lab")
@EnabledIfSystemProperty(
        named = "lab.package",
        matches = ".+",
        disabledReason = "needs the package of the command: -Dlab.package=FILE")
class InstalledHostTest {
    private static final String CGROUP =
            "/sys/fs/cgroup/system.slice/system-postgresql.slice/postgresql@15-main.service";
    private static final String SETTINGS = "/etc/elastigres/agent.toml";
    private static final String AUTO_SETTINGS = "/var/lib/postgresql/15/main/postgresql.auto.conf";
    private static final Duration REACTION = Duration.ofMinutes(4);

    /// All files outside of those that change by themselves, and all users.
    private static final String LIST_ALL =
            """
            find / -xdev \\( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /var/log \
                -o -path /var/cache -o -path /var/lib/postgresql -o -path /var/lib/dpkg \
                -o -path /var/lib/apt -o -path /var/lib/systemd -o -path /var/tmp -o -path /root \\) -prune \
                -o -printf '%M %u %p\\n' | sort
            cat /etc/passwd /etc/group
            find /var/lib/systemd /var/lib/dpkg /var/log -name '*elastigres*'
            """;

    @Test
    @Timeout(2400)
    void aPostgresUnitIsScaledAndLeftAsItWas() throws Exception {
        Path file = Path.of(System.getProperty("lab.package"));
        try (DebianHost host = DebianHost.boot(file)) {
            // What doctor and init say: systemd leaves the CPU controller of this unit off.
            host.sh("systemctl set-property postgresql@15-main.service CPUWeight=100");
            String files = host.sh(LIST_ALL);
            String memory = host.sh("cat " + CGROUP + "/memory.max");
            String cpu = host.sh("cat " + CGROUP + "/cpu.max");
            String postmaster = host.sh("head -n 1 /var/lib/postgresql/15/main/postmaster.pid");

            host.sh("apt-get install -y /root/" + file.getFileName());
            assertThat(host.sh("systemctl is-active elastigres-agent")).isEqualTo("active");
            assertThat(host.sh("man --path elastigres-agent && man -P cat elastigres-agent"))
                    .contains("--dry-run");
            assertThat(host.sh("elastigres doctor --for cgroup"))
                    .contains("cgroup v2", "postgresql@15-main.service");

            LabAwait.until(
                    "the installed agent recommends a size",
                    REACTION,
                    () -> host.sh("elastigres agent status"),
                    it -> it.contains("postgresql@15-main.service"));
            assertThat(host.sh("cat " + CGROUP + "/memory.max")).isEqualTo(memory);

            configure(host);
            scale(host);

            restart(host);
            upgrade(host, file);

            String removal = host.sh("apt-get purge -y elastigres 2>&1");
            assertThat(removal)
                    .contains(
                            "has its former limits",
                            "lost the monitor's settings: ALTER SYSTEM RESET effective_cache_size;",
                            "DROP ROLE elastigres");
            assertThat(host.sh("cat " + AUTO_SETTINGS)).doesNotContain("effective_cache_size");
            assertThat(host.sh("cat " + CGROUP + "/memory.max")).isEqualTo(memory);
            assertThat(host.sh("cat " + CGROUP + "/cpu.max")).isEqualTo(cpu);
            assertThat(host.sh("head -n 1 /var/lib/postgresql/15/main/postmaster.pid"))
                    .as("Postgres was not restarted")
                    .isEqualTo(postmaster);
            assertThat(host.sh(LIST_ALL).lines()).containsExactlyElementsOf(files.lines().toList());
        }
    }

    private static void configure(DebianHost host) throws Exception {
        host.sh(
                "elastigres init --force --out %s --monitors /etc/elastigres/monitors"
                        .formatted(SETTINGS));
        assertThat(host.sh("cat " + SETTINGS))
                .contains("dry-run = true", "[vm.\"15-main\"]", "postgresql@15-main.service");
        // The monitor manages the cache settings of Postgres.
        host.sh(
                """
                su postgres -c 'psql -f /usr/share/doc/elastigres/monitor-role.sql'
                sed -i 's/^#pgconnstr/pgconnstr/' /etc/elastigres/monitors/15-main.conf
                """);
        // Quick reactions, and limits below the size of the host.
        host.sh(
                """
                sed -i 's/^dry-run = true/damping-window = "5s"\\nreserve-memory = "256MiB"\\nmin-cpus = 0.25\\nmax-cpus = 2/' %s
                systemctl enable --now elastigres-monitor@15-main
                systemctl restart elastigres-agent
                """
                        .formatted(SETTINGS));
    }

    /// A restart keeps the size.
    private static void restart(DebianHost host) throws Exception {
        String before = host.sh("cat " + CGROUP + "/memory.max " + CGROUP + "/cpu.max");
        host.sh("systemctl restart elastigres-agent");
        assertThat(host.sh("cat " + CGROUP + "/memory.max " + CGROUP + "/cpu.max"))
                .isEqualTo(before);
    }

    /// An upgrade keeps the settings and what runs, and explains how VMs get the new version.
    private static void upgrade(DebianHost host, Path file) throws Exception {
        String settings = host.sh("cat " + SETTINGS + " /etc/elastigres/monitors/*");
        String monitor = host.sh("systemctl show -P MainPID elastigres-monitor@15-main");
        assertThat(host.sh("apt-get install -y --reinstall /root/" + file.getFileName() + " 2>&1"))
                .contains("settings and sizes are kept", "elastigres vm image build");
        assertThat(host.sh("cat " + SETTINGS + " /etc/elastigres/monitors/*")).isEqualTo(settings);
        assertThat(host.sh("systemctl is-active elastigres-agent elastigres-monitor@15-main"))
                .isEqualTo("active\nactive");
        assertThat(host.sh("systemctl show -P MainPID elastigres-monitor@15-main"))
                .isNotEqualTo(monitor);
        // systemd has reset the limits; the agent lowers them again.
        LabAwait.until(
                "the size is that of an idle Postgres",
                REACTION,
                () -> quota(host),
                it -> it > 0 && it <= 50_000);
    }

    private static void scale(DebianHost host) throws Exception {
        LabAwait.until(
                "an idle Postgres shrinks",
                REACTION,
                () -> quota(host),
                it -> it > 0 && it <= 50_000);
        assertThat(host.sh("cat " + AUTO_SETTINGS)).contains("effective_cache_size");
        // Other programs' load is not that of Postgres.
        host.sh(
                "timeout 20 sh -c 'while :; do :; done' & timeout 20 sh -c 'while :; do :; done'; true");
        assertThat(quota(host)).isBetween(1L, 50_000L);
        // Two endless loops, without a table and without memory.
        host.sh(
                """
                echo 'do $$ begin loop end loop; end $$' > /tmp/load.sql
                for session in 1 2; do
                    setsid su postgres -c 'psql -f /tmp/load.sql' > /dev/null 2>&1 < /dev/null &
                done
                """);
        LabAwait.until("a busy Postgres grows", REACTION, () -> quota(host), it -> it >= 150_000);
        assertThat(host.sh("curl -sS -o /dev/null -w '%{http_code}' http://127.0.0.1:10400/"))
                .isEqualTo("200");
        assertThat(host.sh("curl -sS http://127.0.0.1:10400/status")).contains("\"15-main\"");
        assertThat(host.sh("elastigres top --once")).contains("15-main");
        host.sh(
                "su postgres -c \"psql -c \\\"select pg_terminate_backend(pid) from pg_stat_activity where query like 'do %'\\\"\"; rm /tmp/load.sql");
        LabAwait.until(
                "it shrinks again", REACTION, () -> quota(host), it -> it > 0 && it <= 50_000);
    }

    /// Returns the CPU quota in microseconds each 100 ms; -1 for none.
    private static long quota(DebianHost host) throws Exception {
        String quota = host.sh("cut -d ' ' -f 1 " + CGROUP + "/cpu.max");
        return quota.equals("max") ? -1 : Long.parseLong(quota);
    }
}
