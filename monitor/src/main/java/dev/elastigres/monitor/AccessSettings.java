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
                    "Web origins that may act as agents; others get 403");
    private static final Setting<Path> TOKEN_FILE =
            Setting.of(
                            "token-file",
                            SettingType.path(),
                            "The bearer token that agents and readers of pages must show; reread"
                                    + " when it changes")
                    .placeholder("FILE");
    private static final Setting<List<String>> OPEN_PAGES =
            Setting.of(
                            "open-pages",
                            SettingType.texts(
                                    "PATHS",
                                    OPENABLE::contains,
                                    "give some of " + String.join(", ", OPENABLE)),
                            "Pages that need no token")
                    .or("/healthz,/readyz");
    private static final Setting<Path> TLS_CERTIFICATE =
            Setting.of("tls-cert", SettingType.path(), "Server certificate chain (PEM) for TLS")
                    .placeholder("FILE");
    private static final Setting<Path> TLS_KEY =
            Setting.of("tls-key", SettingType.path(), "Private key of tls-cert (PEM)")
                    .placeholder("FILE");
    private static final Setting<Path> TLS_CLIENT_CA =
            Setting.of(
                            "tls-client-ca",
                            SettingType.path(),
                            "CA certificates (PEM) that agents' client certificates must"
                                    + " be signed by")
                    .placeholder("FILE");
    private static final Setting<HostPort> PAGES_ADDR =
            Setting.of(
                    "pages-addr",
                    SettingType.hostPort(),
                    "Address of the pages, unencrypted; default: the address for agents");

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
