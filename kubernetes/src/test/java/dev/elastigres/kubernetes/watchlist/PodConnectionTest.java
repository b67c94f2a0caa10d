package dev.elastigres.kubernetes.watchlist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodConnectionTest {
    private static final String SECRET = "s3cr3t-of-mine";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    host=pg user=u                       | host=pg user=u hostaddr=10.0.0.1
                    host = 'p g' password = 'a \\' b'    | host = 'p g' password = 'a \\' b' hostaddr=10.0.0.1
                    user=a\\ b                           | user=a\\ b hostaddr=10.0.0.1
                    hostaddr=10.9.9.9 user=u             | hostaddr=10.9.9.9 user=u hostaddr=10.0.0.1
                    postgresql://u:p@pg-rw.db:5432/app   | postgresql://u:p@pg-rw.db:5432/app?hostaddr=10.0.0.1
                    postgres://u@h                       | postgres://u@h?hostaddr=10.0.0.1
                    postgres://u@h/d?sslmode=require     | postgres://u@h/d?sslmode=require&hostaddr=10.0.0.1
                    postgres://u@h/d?hostaddr=1.2.3.4&x=y | postgres://u@h/d?x=y&hostaddr=10.0.0.1
                    postgres:///d?host=h                 | postgres:///d?host=h&hostaddr=10.0.0.1
                    postgres://u%2Cv:a,b@h/d             | postgres://u%2Cv:a,b@h/d?hostaddr=10.0.0.1
                    """)
    void reachesThePod(String text, String expected) {
        assertThat(PodConnection.to(text, "10.0.0.1")).isEqualTo(expected);
    }

    @Test
    void addressesMayBeOfEitherKind() {
        assertThat(PodConnection.to("user=u", "fd00::1")).isEqualTo("user=u hostaddr=fd00::1");
        assertThat(PodConnection.to("postgres://u@h", "fd00::1"))
                .isEqualTo("postgres://u@h?hostaddr=fd00%3A%3A1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    host=a,b user=u                     | it names several hosts
                    host=a port='1,2'                   | it names several hosts
                    postgres://a:1,b:2/d                | it names several hosts
                    postgres://a/d?host=a,b             | it names several hosts
                    postgres://a/d?host=a%2Cb           | it names several hosts
                    host=a sslmode=verify-full          | use verify-ca
                    postgres://a?sslmode=verify-full    | use verify-ca
                    host                                | it is not a connection string
                    user=u s3cr3t-of-mine               | it is not a connection string
                    user='s3cr3t-of-mine                | it is not a connection string
                    postgres://a?s3cr3t-of-mine         | it is not a connection string
                    postgres://u:p@s3cr3t-of-mine@h/d   | it has an "@" too many
                    postgres://u:1/s3cr3t-of-mine@h/d   | it has an "@" too many
                    """)
    void rejectsConnectionStringsNotLimitedToThePod(String text, String why) {
        assertThatThrownBy(() -> PodConnection.to(text, "10.0.0.1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void rejectsInvalidPodAddress() {
        assertThatThrownBy(() -> PodConnection.to("user=u", "h password=x"))
                .hasMessage("the pod has no address");
    }
}
