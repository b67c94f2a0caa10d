package dev.elastigres.monitor.postgres;

import dev.elastigres.daemon.settings.ConnectionText;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Address and credentials of a Postgres, written as for libpq: keywords (`host=localhost user=me`)
/// or a URI, completed from libpq's environment variables and defaults. [#toString] shows no
/// secrets.
public final class ConnectionString {
    private static final String APPLICATION = "elastigres-monitor";
    private static final int DEFAULT_PORT = 5432;
    private static final int MAX_HOSTS = 16;

    /// A host name, or an IPv4 or IPv6 address, with an optional zone.
    private static final Pattern HOST = Pattern.compile("[\\p{L}\\p{N}._:-]*(%[\\w.-]+)?");

    private final Map<ConnectionKeyword, String> values;
    private final List<PostgresEndpoint> endpoints;

    private ConnectionString(
            Map<ConnectionKeyword, String> values, List<PostgresEndpoint> endpoints) {
        this.values = Collections.unmodifiableMap(values);
        this.endpoints = List.copyOf(endpoints);
    }

    /// Parses a connection string.
    ///
    /// @param text keywords or a URI
    /// @param environment environment variables that supply missing options
    /// @throws IllegalArgumentException if it is invalid; the message names all problems and quotes
    ///     no value
    public static ConnectionString parse(String text, Map<String, String> environment) {
        ConnectionOptions options = ConnectionOptions.parse(text);
        var problems = new ArrayList<String>();
        var values = new EnumMap<ConnectionKeyword, String>(ConnectionKeyword.class);
        for (ConnectionKeyword keyword : ConnectionKeyword.values()) {
            options.value(keyword, environment)
                    .ifPresent(
                            value -> {
                                values.put(keyword, value);
                                keyword.problemWith(value, options.source(keyword))
                                        .ifPresent(problems::add);
                            });
        }
        addDefaults(values, environment);
        checkNames(values, problems);
        checkTls(values, problems);
        checkNumber(values, ConnectionKeyword.CONNECT_TIMEOUT, problems);
        List<PostgresEndpoint> endpoints = endpoints(values, problems);
        if (!problems.isEmpty()) throw new IllegalArgumentException(String.join("; ", problems));
        return new ConnectionString(values, endpoints);
    }

    private static void addDefaults(
            Map<ConnectionKeyword, String> values, Map<String, String> environment) {
        values.putIfAbsent(ConnectionKeyword.USER, System.getProperty("user.name", "postgres"));
        values.putIfAbsent(ConnectionKeyword.DBNAME, values.get(ConnectionKeyword.USER));
        String fallback =
                values.getOrDefault(ConnectionKeyword.FALLBACK_APPLICATION_NAME, APPLICATION);
        values.putIfAbsent(ConnectionKeyword.APPLICATION_NAME, fallback);
        Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", "/")));
        values.putIfAbsent(ConnectionKeyword.PASSFILE, home.resolve(".pgpass").toString());
        if (environment.getOrDefault("PGREQUIRESSL", "").startsWith("1"))
            values.putIfAbsent(ConnectionKeyword.SSLMODE, "require");
        LibpqTlsFiles.addDefaults(values, home.resolve(".postgresql"));
    }

    private static void checkTls(Map<ConnectionKeyword, String> values, List<String> problems) {
        // A key of an OpenSSL engine: `engine:key`.
        if (values.getOrDefault(ConnectionKeyword.SSLKEY, "").indexOf(':') >= 0)
            problems.add("sslkey of an engine is not supported");
        boolean weak = !"verify-full".equals(values.get(ConnectionKeyword.SSLMODE));
        if ("system".equals(values.get(ConnectionKeyword.SSLROOTCERT)) && weak)
            problems.add("sslrootcert=system needs sslmode=verify-full");
        String min = values.get(ConnectionKeyword.SSL_MIN_PROTOCOL_VERSION);
        String max = values.get(ConnectionKeyword.SSL_MAX_PROTOCOL_VERSION);
        if (min != null
                && max != null
                && problems.isEmpty()
                && TlsSocketFactory.index(min) > TlsSocketFactory.index(max))
            problems.add("ssl_min_protocol_version is above ssl_max_protocol_version");
    }

    private static void checkNumber(
            Map<ConnectionKeyword, String> values,
            ConnectionKeyword keyword,
            List<String> problems) {
        String value = values.get(keyword);
        if (value != null && !value.strip().matches("-?\\d{1,9}"))
            problems.add(keyword.word() + " is not a whole number");
    }

    /// Rejects a connection string in place of a name, because names are shown.
    private static void checkNames(Map<ConnectionKeyword, String> values, List<String> problems) {
        for (ConnectionKeyword keyword :
                List.of(
                        ConnectionKeyword.USER,
                        ConnectionKeyword.DBNAME,
                        ConnectionKeyword.APPLICATION_NAME)) {
            if (ConnectionText.isIn(values.getOrDefault(keyword, "")))
                problems.add(keyword.word() + " is a connection string itself");
        }
    }

    private static List<PostgresEndpoint> endpoints(
            Map<ConnectionKeyword, String> values, List<String> problems) {
        String places =
                values.getOrDefault(
                        ConnectionKeyword.HOSTADDR,
                        values.getOrDefault(ConnectionKeyword.HOST, ""));
        List<String> hosts = Arrays.asList(places.split(",", -1));
        List<String> names =
                Arrays.asList(values.getOrDefault(ConnectionKeyword.HOST, places).split(",", -1));
        List<String> ports =
                Arrays.asList(values.getOrDefault(ConnectionKeyword.PORT, "").split(",", -1));
        if (hosts.size() > MAX_HOSTS) problems.add("more than " + MAX_HOSTS + " hosts");
        if (ports.size() != 1 && ports.size() != hosts.size())
            problems.add(ports.size() + " ports for " + hosts.size() + " hosts");
        if (names.size() != hosts.size())
            problems.add(names.size() + " hosts for " + hosts.size() + " addresses of hostaddr");
        if (!problems.isEmpty()) return List.of();

        boolean byAddress = values.containsKey(ConnectionKeyword.HOSTADDR);
        var endpoints = new ArrayList<PostgresEndpoint>();
        for (int i = 0; i < hosts.size(); i++) {
            Optional<Integer> port = port(ports.get(ports.size() == 1 ? 0 : i).strip());
            if (port.isEmpty()) problems.add("port must be a number from 1 to 65535");
            else if (byAddress && !hosts.get(i).isBlank()) {
                if (!isAddress(hosts.get(i).strip()))
                    problems.add("hostaddr is not an IPv4 or IPv6 address");
                endpoints.add(tcp(names.get(i).strip(), hosts.get(i).strip(), port.get()));
            } else endpoints.add(endpoint(names.get(i).strip(), port.get(), problems));
        }
        return endpoints;
    }

    private static Optional<Integer> port(String text) {
        if (text.isEmpty()) return Optional.of(DEFAULT_PORT);
        if (!text.matches("\\d{1,5}")) return Optional.empty();
        int port = Integer.parseInt(text);
        return port >= 1 && port <= 65535 ? Optional.of(port) : Optional.empty();
    }

    /// Returns a TCP endpoint. With both a name and an address, passwords and certificates are
    /// checked against the name, unless it is a directory of sockets.
    private static PostgresEndpoint tcp(String name, String address, int port) {
        boolean isName = !name.isEmpty() && !name.startsWith("/");
        return new PostgresEndpoint.Tcp(isName ? name : address, Optional.of(address), port);
    }

    private static boolean isAddress(String text) {
        try {
            return !InetAddress.ofLiteral(text).getHostAddress().isEmpty();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static PostgresEndpoint endpoint(String host, int port, List<String> problems) {
        if (host.startsWith("@"))
            problems.add("a socket in the abstract namespace is not supported");
        // An invalid name may be part of a password, and is not shown.
        else if (!host.startsWith("/") && !HOST.matcher(host).matches())
            problems.add("host is neither a name, an address nor a folder of sockets");
        if (host.isEmpty()) return new PostgresEndpoint.Unix(PostgresEndpoint.Unix.DEBIAN, port);
        return host.startsWith("/")
                ? new PostgresEndpoint.Unix(Path.of(host), port)
                : new PostgresEndpoint.Tcp(host, Optional.empty(), port);
    }

    /// Returns the endpoints to try, in order. Without a host, this is the first of the two usual
    /// directories that has a socket now.
    List<PostgresEndpoint> endpoints() {
        if (values.containsKey(ConnectionKeyword.HOST)
                || values.containsKey(ConnectionKeyword.HOSTADDR)) return endpoints;
        var usual = (PostgresEndpoint.Unix) endpoints.getFirst();
        var other = new PostgresEndpoint.Unix(PostgresEndpoint.Unix.UPSTREAM, usual.port());
        return List.of(
                !Files.exists(usual.socket()) && Files.exists(other.socket()) ? other : usual);
    }

    Optional<String> value(ConnectionKeyword keyword) {
        return Optional.ofNullable(values.get(keyword));
    }

    String user() {
        return values.getOrDefault(ConnectionKeyword.USER, "");
    }

    String database() {
        return values.getOrDefault(ConnectionKeyword.DBNAME, "");
    }

    /// Returns libpq's `connect_timeout`; empty for 0 or less, which means none.
    Optional<Duration> connectTimeout() {
        return value(ConnectionKeyword.CONNECT_TIMEOUT)
                .map(seconds -> Duration.ofSeconds(Integer.parseInt(seconds.strip())))
                .filter(Duration::isPositive);
    }

    /// Returns the given password, else the one in the password file, if any.
    PasswordFile.PasswordLookup password(PostgresEndpoint endpoint) {
        Optional<String> given = value(ConnectionKeyword.PASSWORD);
        if (given.isPresent()) return new PasswordFile.PasswordLookup(given, Optional.empty());
        return new PasswordFile(Path.of(values.getOrDefault(ConnectionKeyword.PASSFILE, "")))
                .find(endpoint, database(), user());
    }

    /// Returns a name for messages: `database postgres at localhost:5432`.
    String describe(PostgresEndpoint endpoint) {
        return "database " + database() + " at " + endpoint;
    }

    /// Returns the options as keywords, with `***` for values that may be secret.
    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(
                        entry ->
                                entry.getKey().word()
                                        + "="
                                        + (entry.getKey().isPublic() ? entry.getValue() : "***"))
                .collect(Collectors.joining(" "));
    }
}
