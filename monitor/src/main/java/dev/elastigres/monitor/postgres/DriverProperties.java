package dev.elastigres.monitor.postgres;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/// Converts a connection string to properties of the JDBC driver.
final class DriverProperties {
    /// Options for [TlsSocketFactory], by libpq's names; the driver uses some of them too.
    private static final List<ConnectionKeyword> TLS =
            List.of(
                    ConnectionKeyword.SSLMODE,
                    ConnectionKeyword.SSLROOTCERT,
                    ConnectionKeyword.SSLCERT,
                    ConnectionKeyword.SSLKEY,
                    ConnectionKeyword.SSLPASSWORD,
                    ConnectionKeyword.SSLCERTMODE,
                    ConnectionKeyword.SSLSNI,
                    ConnectionKeyword.SSL_MIN_PROTOCOL_VERSION,
                    ConnectionKeyword.SSL_MAX_PROTOCOL_VERSION);

    private DriverProperties() {}

    /// Returns a URL that names the database only: for a URL without a host, the driver takes the
    /// rest from the properties.
    static String url(ConnectionString target) {
        return "jdbc:postgresql:" + URLEncoder.encode(target.database(), StandardCharsets.UTF_8);
    }

    /// Returns the driver's properties.
    ///
    /// @param timeout timeout of connecting, and of each answer during login
    static Properties of(
            ConnectionString target,
            PostgresEndpoint endpoint,
            Optional<String> password,
            Duration timeout) {
        var properties = new Properties();
        properties.setProperty("user", target.user());
        // Set even if there is no password, since the driver would search a password file
        // otherwise.
        properties.setProperty("password", password.orElse(""));
        properties.setProperty("PGPORT", Integer.toString(endpoint.port()));
        switch (endpoint) {
            case PostgresEndpoint.Tcp tcp -> {
                // The driver looks up the host that it is given. The name is passed only if it must
                // match the certificate.
                boolean named =
                        "verify-full".equals(target.value(ConnectionKeyword.SSLMODE).orElse(""));
                properties.setProperty("PGHOST", named ? tcp.host() : tcp.place());
                properties.setProperty("socketFactory", TcpSocketFactory.class.getName());
                properties.setProperty(
                        "socketFactoryArg",
                        timeout.toMillis() + tcp.address().map(it -> " " + it).orElse(""));
                tls(properties, target, tcp);
            }
            case PostgresEndpoint.Unix unix -> {
                properties.setProperty("PGHOST", "localhost");
                properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
                properties.setProperty("socketFactoryArg", unix.socket().toString());
                properties.setProperty("sslmode", "disable");
            }
        }
        copy(properties, "ApplicationName", target, ConnectionKeyword.APPLICATION_NAME);
        copy(properties, "options", target, ConnectionKeyword.OPTIONS);
        copy(properties, "requireAuth", target, ConnectionKeyword.REQUIRE_AUTH);
        copy(properties, "channelBinding", target, ConnectionKeyword.CHANNEL_BINDING);
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty("tcpKeepAlive", "true");
        // Statements in one string are sent in one message, and nothing is prepared.
        properties.setProperty("preferQueryMode", "simple");
        // For servers of at least this version, the driver changes no setting of the session after
        // the login.
        properties.setProperty("assumeMinServerVersion", "12");

        String seconds = Long.toString(Math.max(1, timeout.plusMillis(999).toSeconds()));
        properties.setProperty("connectTimeout", seconds);
        properties.setProperty("socketTimeout", seconds);
        properties.setProperty("sslResponseTimeout", Long.toString(timeout.toMillis()));
        // Otherwise the driver logs in on a thread of its own.
        properties.setProperty("loginTimeout", "0");
        return properties;
    }

    private static void tls(
            Properties properties, ConnectionString target, PostgresEndpoint.Tcp tcp) {
        copy(properties, "sslNegotiation", target, ConnectionKeyword.SSLNEGOTIATION);
        properties.setProperty("sslfactory", TlsSocketFactory.class.getName());
        properties.setProperty(ConnectionKeyword.HOST.word(), tcp.host());
        for (ConnectionKeyword keyword : TLS) copy(properties, keyword.word(), target, keyword);
    }

    private static void copy(
            Properties properties,
            String property,
            ConnectionString target,
            ConnectionKeyword keyword) {
        target.value(keyword).ifPresent(value -> properties.setProperty(property, value));
    }
}
