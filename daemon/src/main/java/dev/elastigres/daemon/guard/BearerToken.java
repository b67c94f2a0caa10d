package dev.elastigres.daemon.guard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.elastigres.daemon.http.Handler;
import dev.elastigres.daemon.http.Reply;
import dev.elastigres.daemon.http.Request;
import dev.elastigres.daemon.http.Response;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;

/// A secret that peers show with every request: `Authorization: Bearer TOKEN`. It is the only line
/// of a file, and the file may change.
public final class BearerToken {
    private static final String SCHEME = "Bearer ";
    private static final int SHORTEST = 16;
    private static final int LONGEST = 4 << 10;

    private final Renewed<byte[]> token;
    private final GuardReport report;

    private BearerToken(Renewed<byte[]> token, GuardReport report) {
        this.token = token;
        this.report = report;
    }

    /// @throws CredentialException when there is no token in `file` now
    public static BearerToken in(Path file, GuardReport report) throws CredentialException {
        return new BearerToken(
                new Renewed<>("token", List.of(file), BearerToken::token, report), report);
    }

    private static byte[] token(List<Content> contents) throws CredentialException {
        Content content = contents.getFirst();
        String token = content.text().strip();
        if (token.isEmpty()) throw content.unusable("it has no token");
        if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f))
            throw content.unusable("a token is one line of visible ASCII without spaces");
        if (token.length() < SHORTEST)
            throw content.unusable("a token has at least " + SHORTEST + " characters");
        if (token.length() > LONGEST)
            throw content.unusable("a token has at most " + LONGEST + " characters");
        return token.getBytes(ISO_8859_1);
    }

    /// `handler` for those who show the token; 401 for everybody else.
    public Handler before(Handler handler) {
        return request -> isShown(request) ? handler.answer(request) : refuse(request);
    }

    private boolean isShown(Request request) {
        String shown = request.header("Authorization").orElse("");
        if (!shown.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) return false;
        byte[] given = shown.substring(SCHEME.length()).strip().getBytes(ISO_8859_1);
        // How long this takes depends on what was given alone.
        return MessageDigest.isEqual(given, token.get());
    }

    private Reply refuse(Request request) {
        boolean none = request.header("Authorization").isEmpty();
        report.refused(request.peer(), none ? "no token" : "a wrong token");
        return new Response(
                401,
                "text/plain; charset=utf-8",
                "show the token\n",
                Map.of("WWW-Authenticate", "Bearer"));
    }
}
