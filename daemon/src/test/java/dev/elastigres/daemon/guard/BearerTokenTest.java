package dev.elastigres.daemon.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.daemon.http.Handler;
import dev.elastigres.daemon.http.Reply;
import dev.elastigres.daemon.http.Request;
import dev.elastigres.daemon.http.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenTest {
    private static final String TOKEN = "correct-horse-battery-staple";
    private static final Response WELCOME = Response.text(200, "welcome");

    @TempDir Path folder;
    private final RecordingGuardListener told = new RecordingGuardListener();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer " + TOKEN,
                "bearer " + TOKEN,
                "BEARER   " + TOKEN + " ",
            })
    void acceptsCorrectToken(String authorization) throws Exception {
        assertThat(answer(guarded(TOKEN + "\n"), authorization)).isEqualTo(WELCOME);
        assertThat(told.lines).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                TOKEN,
                "Basic " + TOKEN,
                "Bearer",
                "Bearer ",
                "Bearer " + TOKEN + "x",
                "Bearer x" + TOKEN,
                "Bearer correct-horse-battery-stapl",
                "Bearer Correct-horse-battery-staple",
                "Bearer " + TOKEN + ", Bearer " + TOKEN,
                "Bearer correct-horse-\u00ff",
            })
    void rejectsWrongToken(String authorization) throws Exception {
        Response response = (Response) answer(guarded(TOKEN), authorization);
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.headers()).containsEntry("WWW-Authenticate", "Bearer");
        assertThat(response.body()).doesNotContain(TOKEN);
        assertThat(told.lines).containsExactly("refused: a wrong token");
    }

    @Test
    void rejectsRequestWithoutToken() throws Exception {
        Reply reply = guarded(TOKEN).answer(new Request("me", "GET", "/", Map.of()));
        assertThat(((Response) reply).status()).isEqualTo(401);
        assertThat(told.lines).containsExactly("refused: no token");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                          | it has no token
                    ' '                         | it has no token
                    fifteen-letters             | at least 16 characters
                    two words of some length    | one line of visible ASCII
                    f\u00fcnfundzwanzig Buchstaben   | one line of visible ASCII
                    """)
    void rejectsInvalidTokenAtOnce(String text, String why) throws Exception {
        assertThatThrownBy(() -> guarded(text))
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining(why)
                .hasMessageContaining(folder.resolve("token").toString());
    }

    @Test
    void rejectsUnreadableTokenFileAtOnce() throws Exception {
        assertThatThrownBy(() -> BearerToken.in(folder.resolve("none"), told))
                .hasMessageContaining("there is no such file");
        assertThatThrownBy(() -> BearerToken.in(folder, told))
                .hasMessageContaining("it is a directory");
        assertThatThrownBy(() -> BearerToken.in(Path.of("/dev/zero"), told))
                .hasMessageContaining("it is a pipe or a device, not a file");
        Path large = Files.write(folder.resolve("large"), new byte[300 << 10]);
        assertThatThrownBy(() -> BearerToken.in(large, told)).hasMessageContaining("above 256KiB");
    }

    @Test
    void appliesNewTokenAtOnceAndIgnoresInvalidOne() throws Exception {
        var guarded = guarded(TOKEN);
        Path file = folder.resolve("token");
        Files.writeString(file, "another-horse-battery-staple");
        assertThat(((Response) answer(guarded, "Bearer " + TOKEN)).status()).isEqualTo(401);
        assertThat(answer(guarded, "Bearer another-horse-battery-staple")).isEqualTo(WELCOME);
        assertThat(told.lines).containsExactly("token renewed", "refused: a wrong token");

        told.lines.clear();
        Files.delete(file);
        for (int i = 0; i < 3; i++)
            assertThat(answer(guarded, "Bearer another-horse-battery-staple")).isEqualTo(WELCOME);
        Files.writeString(file, "short");
        for (int i = 0; i < 3; i++)
            assertThat(answer(guarded, "Bearer another-horse-battery-staple")).isEqualTo(WELCOME);
        assertThat(told.lines)
                .containsExactly(
                        "token kept: cannot read " + file + ": there is no such file",
                        "token kept: cannot use " + file + ": a token has at least 16 characters");

        told.lines.clear();
        Files.writeString(file, TOKEN);
        assertThat(answer(guarded, "Bearer " + TOKEN)).isEqualTo(WELCOME);
        assertThat(told.lines).containsExactly("token renewed");
    }

    private Handler guarded(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("token"), text);
        return BearerToken.in(file, told).before(_ -> WELCOME);
    }

    private static Reply answer(Handler handler, String authorization) {
        return handler.answer(
                new Request("me", "GET", "/", Map.of("authorization", authorization)));
    }
}
