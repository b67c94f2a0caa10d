package dev.elastigres.monitor.postgres;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/// A connection string in the words of the JDBC driver.
final class DriverProperties {
    private DriverProperties() {}

    /// Names the database only: from a URL without a host the driver takes the rest of the
    /// properties.
    static String url(ConnectionString target) {
        return "jdbc:postgresql:" + URLEncoder.encode(target.database(), StandardCharsets.UTF_8);
    }

    /// All else that the driver needs.
    ///
    /// @param limit for connecting, and for each answer while logging in
    static Properties of(
            ConnectionString target, Endpoint endpoint, Optional<String> password, Duration limit) {
        var properties = new Properties();
        properties.setProperty("user", target.user());
        // Even when there is none: the driver would look for a password file on its own.
        properties.setProperty("password", password.orElse(""));
        properties.setProperty("PGPORT", Integer.toString(endpoint.port()));
        switch (endpoint) {
            case Endpoint.Tcp tcp -> {
                // The driver looks up what it is given. A name takes that only where it has to be
                // the certificate's.
                boolean named = "verify-full".equals(target.value(Keyword.SSLMODE).orElse(""));
                properties.setProperty("PGHOST", named ? tcp.host() : tcp.place());
                properties.setProperty("socketFactory", TcpSocketFactory.class.getName());
                properties.setProperty(
                        "socketFactoryArg",
                        limit.toMillis() + tcp.address().map(it -> " " + it).orElse(""));
                tls(properties, target);
            }
            case Endpoint.Unix unix -> {
                properties.setProperty("PGHOST", "localhost");
                properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
                properties.setProperty("socketFactoryArg", unix.socket().toString());
                properties.setProperty("sslmode", "disable");
            }
        }
        copy(properties, "ApplicationName", target, Keyword.APPLICATION_NAME);
        copy(properties, "options", target, Keyword.OPTIONS);
        copy(properties, "requireAuth", target, Keyword.REQUIRE_AUTH);
        copy(properties, "channelBinding", target, Keyword.CHANNEL_BINDING);
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty("tcpKeepAlive", "true");
        // What is in one text goes in one message, and nothing is prepared.
        properties.setProperty("preferQueryMode", "simple");
        // From this version on the driver sets nothing for the session after the login.
        properties.setProperty("assumeMinServerVersion", "12");

        String seconds = Long.toString(Math.max(1, limit.plusMillis(999).toSeconds()));
        properties.setProperty("connectTimeout", seconds);
        properties.setProperty("socketTimeout", seconds);
        properties.setProperty("sslResponseTimeout", Long.toString(limit.toMillis()));
        // Or the driver logs in on a thread of its own.
        properties.setProperty("loginTimeout", "0");
        return properties;
    }

    private static void tls(Properties properties, ConnectionString target) {
        copy(properties, "sslmode", target, Keyword.SSLMODE);
        copy(properties, "sslNegotiation", target, Keyword.SSLNEGOTIATION);
        copy(properties, "sslcert", target, Keyword.SSLCERT);
        copy(properties, "sslkey", target, Keyword.SSLKEY);
        copy(properties, "sslpassword", target, Keyword.SSLPASSWORD);
        if (target.value(Keyword.SSLROOTCERT).equals(Optional.of("system")))
            properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        else copy(properties, "sslrootcert", target, Keyword.SSLROOTCERT);
    }

    private static void copy(
            Properties properties, String property, ConnectionString target, Keyword keyword) {
        target.value(keyword).ifPresent(value -> properties.setProperty(property, value));
    }
}
