package dev.elastigres.monitor.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionStringTest {
    private static final String SECRET = "s3cr3t-of-mine";

    @TempDir private Path home;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    host=localhost dbname=a user=b                  | b | a | localhost:5432
                    host = localhost  port = 5433 user = b          | b | b | localhost:5433
                    user='a b' dbname='it\\'s' host=h               | a b | it's | h:5432
                    user=a\\ b dbname=c\\\\d host=h                 | a b | c\\d | h:5432
                    user=u dbname='' host=h                         | u | u | h:5432
                    user=u user=v host=h                            | v | v | h:5432
                    user=u host=a,b port=1,2                        | u | u | a:1 b:2
                    user=u host=a,b,c port=7                        | u | u | a:7 b:7 c:7
                    user=u host=a,b port=,6                         | u | u | a:5432 b:6
                    user=u host=/run/pg port=6                      | u | u | /run/pg:6
                    user=u host=/run/pg,h                           | u | u | /run/pg:5432 h:5432
                    user=u host=name hostaddr=10.0.0.1              | u | u | 10.0.0.1:5432
                    user=u host=a,b hostaddr=10.0.0.1,10.0.0.2 port=7 | u | u | 10.0.0.1:7 10.0.0.2:7
                    user=u hostaddr=10.0.0.1                        | u | u | 10.0.0.1:5432
                    user=u host=::1                                 | u | u | [::1]:5432
                    user=u hostaddr=fe80::1                         | u | u | [fe80::1]:5432
                    user=u host=a,b hostaddr=,10.0.0.2              | u | u | a:5432 10.0.0.2:5432
                    postgresql://u:p?q#r@h/d                        | u | d | h:5432
                    postgresql://u@[fe80::1%25lo]:1/d               | u | d | [fe80::1%lo]:1
                    postgresql://u@a%2Cb/d                          | u | d | a:5432 b:5432
                    postgres://u@h                                  | u | u | h:5432
                    postgresql://u:p@h:99/d                         | u | d | h:99
                    postgresql://u:p@h:99/d?application_name=x      | u | d | h:99
                    postgresql://u@[::1]:99/d                       | u | d | [::1]:99
                    postgresql://u@a:1,b:2,[fe80::1]/d              | u | d | a:1 b:2 [fe80::1]:5432
                    postgresql://u@%2Frun%2Fpg/d                    | u | d | /run/pg:5432
                    postgresql:///d?host=/run/pg&user=u&port=3      | u | d | /run/pg:3
                    postgresql://%C3%BC%40x@h/a%20b%2Fc             | ü@x | a b/c | h:5432
                    postgresql://u@h?dbname=d                       | u | d | h:5432
                    postgresql://u@h/d?                             | u | d | h:5432
                    """)
    void understandsBothForms(String text, String user, String database, String endpoints) {
        var string = parse(text);

        assertThat(string.user()).isEqualTo(user);
        assertThat(string.database()).isEqualTo(database);
        assertThat(
                        string.endpoints().stream()
                                .map(PostgresEndpoint::toString)
                                .collect(Collectors.joining(" ")))
                .isEqualTo(endpoints);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    host                             | has no "=" where one belongs
                    host=h password=two words        | has no "=" where one belongs, at character 26
                    host='h                          | a quote that does not end, at character 6
                    hots=h                           | unknown option hots in the connection string; did you mean host?
                    postgresql://h?sslmod=require    | unknown option sslmod in the connection string; did you mean sslmode?
                    wibble_wobble=1                  | unknown option wibble_wobble in the connection string
                    p4ssw%rd=1                       | a name that is no option of a connection string
                    host=h port=0                    | port must be a number from 1 to 65535
                    host=h port=x                    | port must be a number from 1 to 65535
                    host=a,b port=1,2,3              | 3 ports for 2 hosts
                    host=h sslmode=maybe             | sslmode must be one of disable, allow, prefer
                    host=h target_session_attrs=prefer-any | target_session_attrs must be one of any
                    host=h service=x                 | service is not supported
                    host=h sslcrl=/x                 | sslcrl is not supported
                    host=h scram_client_key=x        | scram_client_key is not supported
                    host=h oauth_issuer=x            | oauth_issuer is not supported
                    host=h requirepeer=postgres      | requirepeer is not supported
                    host=h load_balance_hosts=random | load_balance_hosts must be one of disable
                    host=h sslcertmode=require       | sslcertmode must be one of disable, allow
                    host=h sslkey=pkcs11:token       | sslkey of an engine is not supported
                    host=h sslrootcert=system sslmode=require | sslrootcert=system needs sslmode=verify-full
                    host=h ssl_max_protocol_version=TLSv1.1   | ssl_max_protocol_version must be one of TLSv1.2
                    ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2 | ssl_min_protocol_version is above
                    host=h gssencmode=require        | gssencmode must be one of
                    host=h connect_timeout=soon      | connect_timeout is not a whole number
                    postgresql://u:p@x@h/d           | the connection URI has an "@" too many
                    postgresql://u:1/x@h/d           | the connection URI has an "@" too many
                    postgresql://u@corp:p@h/d        | the connection URI has an "@" too many
                    jdbc:postgresql://h/d?user=u     | must begin with postgresql:// or postgres://
                    postgres//h/d                    | has no "=" where one belongs
                    host=u:p@x                       | host is neither a name, an address nor a folder
                    host=h:5432/d                    | host is neither a name, an address nor a folder
                    hostaddr=localhost               | hostaddr is not an IPv4 or IPv6 address
                    host=a hostaddr=1.2.3.4.5          | hostaddr is not an IPv4 or IPv6 address
                    dbname=postgresql://u:p@h/d      | dbname is a connection string itself
                    user='host=h password=p'         | user is a connection string itself
                    host=@abstract                   | abstract namespace is not supported
                    host=a,b hostaddr=1.2.3.4        | 2 hosts for 1 addresses of hostaddr
                    host=h sslmode=x port=y          | sslmode must be one of disable, allow, prefer, require, verify-ca, verify-full
                    postgresql://[::1                | an IPv6 address that is empty or has no "]"
                    postgresql://[::1]x              | goes on after "]"
                    postgresql://h/%zz               | a "%" that no two hexadecimal digits follow
                    postgresql://h/%e4               | not UTF-8
                    postgresql://h/%00               | dbname contains a NUL character
                    postgresql://h?user              | not of the form option=value
                    postgresql://h?user=a=b          | not of the form option=value
                    """)
    void reportsInvalidConnectionString(String text, String problem) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void completesFromTheEnvironment() {
        var string =
                ConnectionString.parse(
                        "port=7",
                        Map.of(
                                "PGHOST", "h",
                                "PGPORT", "6",
                                "PGUSER", "u",
                                "PGDATABASE", "d",
                                "PGPASSWORD", SECRET,
                                "PGSSLMODE", "disable",
                                "PGCONNECT_TIMEOUT", "9",
                                "PGAPPNAME", "mine",
                                "HOME", home.toString()));

        assertThat(string.endpoints())
                .containsExactly(new PostgresEndpoint.Tcp("h", Optional.empty(), 7));
        assertThat(string.user()).isEqualTo("u");
        assertThat(string.database()).isEqualTo("d");
        assertThat(string.password(string.endpoints().getFirst()).password()).contains(SECRET);
        assertThat(string.value(ConnectionKeyword.SSLMODE)).contains("disable");
        assertThat(string.connectTimeout()).contains(Duration.ofSeconds(9));
        assertThat(string.value(ConnectionKeyword.APPLICATION_NAME)).contains("mine");
    }

    @Test
    void namesTheVariableThatIsWrong() {
        for (String variable : new String[] {"PGSERVICE", "PGSSLCRL", "PGTARGETSESSIONATTRS"})
            assertThatThrownBy(() -> ConnectionString.parse("host=h", Map.of(variable, SECRET)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(variable + " ")
                    .hasMessageNotContaining(SECRET);
        assertThat(
                        ConnectionString.parse("host=h", Map.of("PGREQUIRESSL", "1"))
                                .value(ConnectionKeyword.SSLMODE))
                .isPresent()
                .get()
                .isNotEqualTo("prefer");
    }

    @Test
    void hasDefaults() {
        var string = ConnectionString.parse("", Map.of("HOME", home.toString()));

        assertThat(string.endpoints()).hasSize(1).first().isInstanceOf(PostgresEndpoint.Unix.class);
        assertThat(string.user()).isEqualTo(System.getProperty("user.name"));
        assertThat(string.database()).isEqualTo(string.user());
        assertThat(string.value(ConnectionKeyword.APPLICATION_NAME)).contains("elastigres-monitor");
        assertThat(string.value(ConnectionKeyword.SSLMODE)).contains("prefer");
        assertThat(string.connectTimeout()).isEmpty();
        assertThat(parse("fallback_application_name=f").value(ConnectionKeyword.APPLICATION_NAME))
                .contains("f");
    }

    @Test
    void aRootCertificateMakesRequireCheckIt() throws Exception {
        assertThat(parse("host=h sslmode=require").value(ConnectionKeyword.SSLMODE))
                .contains("require");

        Path folder = Files.createDirectory(home.resolve(".postgresql"));
        Files.createFile(folder.resolve("root.crt"));

        var string = parse("host=h sslmode=require");
        assertThat(string.value(ConnectionKeyword.SSLMODE)).contains("verify-ca");
        assertThat(string.value(ConnectionKeyword.SSLROOTCERT))
                .contains(folder.resolve("root.crt").toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    h:5432:d:u:right             | right
                    *:*:*:*:right                | right
                    x:*:*:*:wrong;h:*:d:*:right  | right
                    h:1:d:u:wrong;*:*:d:*:right  | right
                    # h:5432:d:u:wrong;*:*:*:u:a\\:b\\\\c | a:b\\c
                    h:5432:d:u:a:b               | a:b
                    h:5432:d:other:wrong         |
                    h:5432:d                     |
                    """)
    void findsThePasswordInAFile(String lines, String password) throws Exception {
        Path file = passwordFile(lines.replace(';', '\n'), "rw-------");

        var found =
                new PasswordFile(file)
                        .find(new PostgresEndpoint.Tcp("h", Optional.empty(), 5432), "d", "u");

        assertThat(found.password()).isEqualTo(Optional.ofNullable(password));
        assertThat(found.problem()).isEmpty();
    }

    @Test
    void looksForPasswordFileInHomeOrConfiguredPath() throws Exception {
        passwordFile("localhost:*:*:*:" + SECRET, "rw-------");
        var usual = new PostgresEndpoint.Unix(PostgresEndpoint.Unix.DEBIAN, 5432);
        assertThat(parse("").password(usual).password()).contains(SECRET);
        assertThat(parse("password=given").password(usual).password()).contains("given");
        assertThat(parse("passfile=/nowhere").password(usual).password()).isEmpty();
    }

    @Test
    void ignoresAPasswordFileThatOthersMayRead() throws Exception {
        Path file = passwordFile("*:*:*:*:" + SECRET, "rw-r-----");

        var found =
                new PasswordFile(file)
                        .find(new PostgresEndpoint.Tcp("h", Optional.empty(), 5432), "d", "u");

        assertThat(found.password()).isEmpty();
        assertThat(found.problem().orElseThrow()).contains("others than its owner may use it");
    }

    @Test
    void printsNoSecret() {
        for (String text :
                new String[] {
                    "host=h user=u password=" + SECRET + " sslpassword=" + SECRET,
                    "postgresql://u:" + SECRET + "@h/d?options=-csecret%3D" + SECRET,
                }) {
            assertThat(parse(text).toString())
                    .doesNotContain(SECRET)
                    .contains("password=***")
                    .contains("host=h")
                    .contains("user=u");
        }
    }

    @Test
    void quotesNoSecretInProblemsEither() {
        for (String text :
                new String[] {
                    "host=h password=" + SECRET + " port=x",
                    "host=h password='" + SECRET,
                    "host=h password=a " + SECRET,
                    "host=h password=a " + SECRET + "=b",
                    "postgresql://u:" + SECRET + "%@h",
                    "postgresql://u:" + SECRET + "@h:port",
                    "postgresql://u@h?password=" + SECRET + "=x",
                    "host=h sslmode=" + SECRET,
                    "host=" + SECRET + " service=" + SECRET,
                    "postgresql://u:p@" + SECRET + "@h/d",
                    "postgresql://u:" + SECRET + "@x@h/d",
                    "postgresql://u:1/" + SECRET + "@h/d",
                    "postgresql://u:p@x?" + SECRET + "=y@h/d",
                    "jdbc:postgresql://h/d?user=u&password=" + SECRET,
                    "host=p@" + SECRET,
                    "dbname=postgresql://u:" + SECRET + "@h/d",
                    "dbname='host=h password=" + SECRET + "'",
                    // A word like any other.
                    "host=h password=correct horse=battery",
                    "host=h password=a b=horse",
                    "postgresql://u:p@h/d?password=x&horse=y",
                }) {
            assertThatThrownBy(() -> parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .message()
                    .doesNotContain(SECRET, "horse");
        }
    }

    /// Random text of significant characters is parsed or rejected with a message, without a secret
    /// in either case; parsed strings can be printed.
    @Test
    void survivesRandomText() {
        var random = new Random(20_250_301);
        String[] parts = {
            "host",
            "port",
            "user",
            "password",
            "=",
            "'",
            "\\",
            " ",
            ",",
            ":",
            "/",
            "@",
            "?",
            "&",
            "%",
            "%41",
            "[",
            "]",
            "5432",
            "postgres://",
            "\t",
            "ü",
            "\0",
            SECRET
        };
        int understood = 0;
        for (int round = 0; round < 50_000; round++) {
            var text = new StringBuilder(random.nextBoolean() ? "" : "postgresql://");
            if (random.nextInt(3) == 0) text.append("user=u password=");
            int length = random.nextInt(12);
            for (int i = 0; i < length; i++) text.append(parts[random.nextInt(parts.length)]);
            try {
                var string = parse(text.toString());
                assertThat(string.endpoints()).isNotEmpty();
                assertThat(string.toString()).contains("user=");
                understood++;
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).as(text.toString()).isNotBlank().doesNotContain(SECRET);
            }
        }
        assertThat(understood).isBetween(1_000, 49_000);
    }

    @Test
    void parsesQuotedValuesUnchanged() {
        var random = new Random(7);
        String letters = "ab '\\=/@:%?&\t\nü,";
        for (int round = 0; round < 5_000; round++) {
            var value = new StringBuilder("x");
            int length = random.nextInt(10);
            for (int i = 0; i < length; i++)
                value.append(letters.charAt(random.nextInt(letters.length())));
            String quoted = value.toString().replace("\\", "\\\\").replace("'", "\\'");
            var string = parse("user = '" + quoted + "' host=h");
            assertThat(string.user()).isEqualTo(value.toString());
        }
    }

    private ConnectionString parse(String text) {
        return ConnectionString.parse(text, Map.of("HOME", home.toString()));
    }

    private Path passwordFile(String lines, String permissions) throws Exception {
        Path file = Files.writeString(home.resolve(".pgpass"), lines + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
