package dev.elastigres.monitor.postgres;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The options of libpq's connection strings. An option that cannot be honoured and whose loss
/// would weaken what the user intends is rejected; an option without effect here is ignored.
enum ConnectionKeyword {
    HOST("PGHOST"),
    HOSTADDR("PGHOSTADDR"),
    PORT("PGPORT"),
    DBNAME("PGDATABASE"),
    USER("PGUSER"),
    PASSWORD("PGPASSWORD"),
    PASSFILE("PGPASSFILE"),
    CONNECT_TIMEOUT("PGCONNECT_TIMEOUT"),
    APPLICATION_NAME("PGAPPNAME"),
    FALLBACK_APPLICATION_NAME(""),
    OPTIONS("PGOPTIONS"),
    REQUIRE_AUTH("PGREQUIREAUTH"),
    CHANNEL_BINDING("PGCHANNELBINDING", "disable", "prefer", "require"),
    SSLMODE("PGSSLMODE", "disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    SSLNEGOTIATION("PGSSLNEGOTIATION", "postgres", "direct"),
    SSLROOTCERT("PGSSLROOTCERT"),
    SSLCERT("PGSSLCERT"),
    SSLKEY("PGSSLKEY"),
    SSLPASSWORD(""),
    TARGET_SESSION_ATTRS(
            "PGTARGETSESSIONATTRS",
            "any",
            "read-write",
            "read-only",
            "primary",
            "standby",
            "prefer-standby"),
    SSL_MIN_PROTOCOL_VERSION("PGSSLMINPROTOCOLVERSION", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"),
    SSL_MAX_PROTOCOL_VERSION("PGSSLMAXPROTOCOLVERSION", "TLSv1.2", "TLSv1.3"),
    SSLCERTMODE("PGSSLCERTMODE", "disable", "allow"),
    SSLSNI("PGSSLSNI", "0", "1"),

    // Accepted with the values that require nothing special.
    GSSENCMODE("PGGSSENCMODE", "disable", "allow", "prefer"),
    LOAD_BALANCE_HOSTS("PGLOADBALANCEHOSTS", "disable"),
    REPLICATION("", "false", "off", "no", "0"),
    MIN_PROTOCOL_VERSION("PGMINPROTOCOLVERSION", "3.0"),

    // Never accepted: no value of these can be honoured.
    OAUTH_CLIENT_ID("", ConnectionKeyword.NOTHING),
    OAUTH_CLIENT_SECRET("", ConnectionKeyword.NOTHING),
    OAUTH_ISSUER("", ConnectionKeyword.NOTHING),
    OAUTH_SCOPE("", ConnectionKeyword.NOTHING),
    SCRAM_CLIENT_KEY("", ConnectionKeyword.NOTHING),
    SCRAM_SERVER_KEY("", ConnectionKeyword.NOTHING),
    SERVICE("PGSERVICE", ConnectionKeyword.NOTHING),
    SERVICEFILE("", ConnectionKeyword.NOTHING),
    SSLKEYLOGFILE("", ConnectionKeyword.NOTHING),
    REQUIREPEER("PGREQUIREPEER", ConnectionKeyword.NOTHING),
    SSLCRL("PGSSLCRL", ConnectionKeyword.NOTHING),
    SSLCRLDIR("PGSSLCRLDIR", ConnectionKeyword.NOTHING),

    // Ignored: the monitor's deadlines, encoding and authentication make them pointless.
    CLIENT_ENCODING("PGCLIENTENCODING"),
    GSSDELEGATION("PGGSSDELEGATION"),
    GSSLIB("PGGSSLIB"),
    KEEPALIVES(""),
    KEEPALIVES_COUNT(""),
    KEEPALIVES_IDLE(""),
    KEEPALIVES_INTERVAL(""),
    KRBSRVNAME("PGKRBSRVNAME"),
    MAX_PROTOCOL_VERSION("PGMAXPROTOCOLVERSION"),
    SSLCOMPRESSION("PGSSLCOMPRESSION"),
    TCP_USER_TIMEOUT("");

    private static final String NOTHING = "";

    private static final Set<ConnectionKeyword> PUBLIC =
            Set.of(
                    HOST,
                    HOSTADDR,
                    PORT,
                    DBNAME,
                    USER,
                    APPLICATION_NAME,
                    CONNECT_TIMEOUT,
                    SSLMODE,
                    SSLNEGOTIATION,
                    TARGET_SESSION_ATTRS);

    private final String variable;

    @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed.
    private final List<String> allowed;

    ConnectionKeyword(String variable, String... allowed) {
        this.variable = variable;
        this.allowed = List.of(allowed);
    }

    static Optional<ConnectionKeyword> of(String word) {
        return Arrays.stream(values()).filter(known -> known.word().equals(word)).findFirst();
    }

    /// Returns the option's name in a connection string.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Returns the environment variable that is used if the option is not given; empty if there is
    /// none.
    String variable() {
        return variable;
    }

    /// Returns what is wrong with `value`, without quoting it; empty if it is valid.
    ///
    /// @param source the name by which the option was given
    Optional<String> problemWith(String value, String source) {
        if (allowed.isEmpty() || value.isEmpty() || allowed.contains(value))
            return Optional.empty();
        // libpq accepts these in upper and lower case.
        boolean version = this == SSL_MIN_PROTOCOL_VERSION || this == SSL_MAX_PROTOCOL_VERSION;
        if (version && allowed.stream().anyMatch(value::equalsIgnoreCase)) return Optional.empty();
        return allowed.contains(NOTHING)
                ? Optional.of(source + " is not supported")
                : Optional.of(source + " must be one of " + String.join(", ", allowed));
    }

    /// Returns whether the option's value may be shown.
    boolean isPublic() {
        return PUBLIC.contains(this);
    }

    /// Returns the option closest to an unknown `word`; empty if none is close.
    static Optional<ConnectionKeyword> nearest(String word) {
        ConnectionKeyword best = null;
        int bestDistance = 3;
        for (ConnectionKeyword known : values()) {
            int distance = distance(word, known.word());
            if (distance < bestDistance) {
                bestDistance = distance;
                best = known;
            }
        }
        return Optional.ofNullable(best);
    }

    /// Returns the edit distance: the number of letters to insert, delete or replace to turn one
    /// word into the other.
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        Arrays.setAll(previous, i -> i);
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
