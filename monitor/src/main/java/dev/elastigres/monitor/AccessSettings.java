package dev.elastigres.monitor;

import dev.elastigres.daemon.guard.ServerTlsFiles;
import dev.elastigres.daemon.settings.HostNames;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The settings of access: TLS, the token, the pages, and host and origin checks.
final class AccessSettings {
    /// Value of `open-pages` for an empty list.
    static final String NO_PAGES = "none";

    private static final List<String> OPENABLE =
            List.of(NO_PAGES, "/healthz", "/readyz", "/status", "/metrics");
    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[^/\\s,?#@]+");
    private static final Setting<List<String>> ALLOWED_ORIGINS =
            Setting.of(
                            "allowed-origins",
                            SettingType.texts(
                                    "ORIGINS",
                                    it -> ORIGIN.matcher(it.toLowerCase(Locale.ROOT)).matches(),
                                    "give origins like https://console.example.com"),
                            "Web origins that may act as agents; others get 403")
                    .advice(
                            "Browsers send an Origin, agents do not: leave it empty"
                                    + " unless a web page of yours connects to /monitor. Each"
                                    + " listed origin can act as the agent in the browser of a"
                                    + " person who reaches addr.");
    private static final Setting<Path> TOKEN_FILE =
            Setting.of(
                            "token-file",
                            SettingType.path(),
                            "File with the bearer token that agents and readers of"
                                    + " pages must send")
                    .advice(
                            "One line of 16 or more visible characters, for example of"
                                    + " openssl rand -hex 32, readable by the monitor only. It is"
                                    + " read at each connection. Without it, and without"
                                    + " tls-client-ca, every peer that reaches addr can act as"
                                    + " the agent.")
                    .placeholder("FILE");
    private static final Setting<List<String>> OPEN_PAGES =
            Setting.of(
                            "open-pages",
                            SettingType.texts(
                                    "PATHS",
                                    OPENABLE::contains,
                                    "give some of " + String.join(", ", OPENABLE)),
                            "Pages that need no token")
                    .advice(
                            "Kubernetes and load balancers probe without a token, so"
                                    + " keep /healthz and /readyz open for them. /status and"
                                    + " /metrics show sizes and addresses, no secrets. Has an"
                                    + " effect only with token-file; none opens no page.")
                    .or("/healthz,/readyz");
    private static final Setting<Path> TLS_CERTIFICATE =
            Setting.of("tls-cert", SettingType.path(), "Server certificate chain (PEM) for TLS")
                    .advice(
                            "With it and tls-key, addr accepts TLS 1.3 only. It is read"
                                    + " at each connection, so a renewed one needs no restart; if"
                                    + " it is invalid, the old one stays in force and a warning"
                                    + " is logged.")
                    .placeholder("FILE");
    private static final Setting<Path> TLS_KEY =
            Setting.of("tls-key", SettingType.path(), "Private key of tls-cert (PEM)")
                    .advice(
                            "PEM without a passphrase, readable by the monitor's user"
                                    + " only. Needs tls-cert, and is read again at each"
                                    + " connection.")
                    .placeholder("FILE");
    private static final Setting<Path> TLS_CLIENT_CA =
            Setting.of(
                            "tls-client-ca",
                            SettingType.path(),
                            "CA certificates (PEM) that must have signed the client"
                                    + " certificates of agents")
                    .advice(
                            "Keep an authority for agents alone: every certificate that"
                                    + " it signs may act as the agent. Needs tls-cert; without"
                                    + " it, TLS encrypts but does not authenticate the agent.")
                    .placeholder("FILE");
    private static final Setting<HostPort> PAGES_ADDR =
            Setting.of(
                            "pages-addr",
                            SettingType.hostPort(),
                            "Address of /healthz, /readyz, /status and /metrics,"
                                    + " unencrypted; by default that of agents")
                    .advice(
                            "Use it where probes or Prometheus cannot use TLS or a"
                                    + " client certificate. A token sent there can be read on the"
                                    + " network path, so keep it on loopback or list the pages in"
                                    + " open-pages.");

    private AccessSettings() {}

    static SettingTable addTo(SettingTable table) {
        return table.group(
                        "Access",
                        TOKEN_FILE,
                        OPEN_PAGES,
                        TLS_CERTIFICATE,
                        TLS_KEY,
                        TLS_CLIENT_CA,
                        PAGES_ADDR,
                        HostNames.SETTING,
                        ALLOWED_ORIGINS)
                .rule(AccessSettings::checkTls, TLS_CERTIFICATE, TLS_KEY, TLS_CLIENT_CA);
    }

    static MonitorConfig.AccessConfig access(Settings settings) {
        Optional<ServerTlsFiles> tls =
                settings.find(TLS_CERTIFICATE)
                        .map(
                                certificate ->
                                        new ServerTlsFiles(
                                                certificate,
                                                settings.find(TLS_KEY).orElseThrow(),
                                                settings.find(TLS_CLIENT_CA)));
        return new MonitorConfig.AccessConfig(
                tls,
                settings.find(TOKEN_FILE),
                Set.copyOf(settings.get(OPEN_PAGES)),
                settings.find(PAGES_ADDR),
                settings.find(HostNames.SETTING).orElse(List.of()),
                settings.find(ALLOWED_ORIGINS).orElse(List.of()));
    }

    private static void checkTls(Settings settings) {
        if (settings.find(TLS_CERTIFICATE).isPresent() != settings.find(TLS_KEY).isPresent())
            throw new IllegalArgumentException("TLS needs both a certificate and its key");
        if (settings.find(TLS_CLIENT_CA).isPresent() && settings.find(TLS_CERTIFICATE).isEmpty())
            throw new IllegalArgumentException("client certificates require a server certificate");
    }
}
