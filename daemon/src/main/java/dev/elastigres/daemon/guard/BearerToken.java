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

/// A bearer token that requests must contain: `Authorization: Bearer TOKEN`. It is the only line of
/// a file, which may change at any time.
public final class BearerToken {
    private static final String SCHEME = "Bearer ";
    private static final int MIN = 16;
    private static final int MAX_LENGTH = 4 << 10;

    private final ReloadingValue<byte[]> token;
    private final GuardListener report;

    private BearerToken(ReloadingValue<byte[]> token, GuardListener report) {
        this.token = token;
        this.report = report;
    }

    /// Reads the token from a file.
    ///
    /// @param file the token's file
    /// @param report receives reloads and rejections
    /// @throws CredentialException if `file` has no valid token now
    public static BearerToken in(Path file, GuardListener report) throws CredentialException {
        return new BearerToken(
                new ReloadingValue<>("token", List.of(file), BearerToken::token, report), report);
    }

    private static byte[] token(List<FileContent> contents) throws CredentialException {
        FileContent content = contents.getFirst();
        String token = content.text().strip();
        if (token.isEmpty()) throw content.unusable("it has no token");
        if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f))
            throw content.unusable("a token is one line of visible ASCII without spaces");
        if (token.length() < MIN)
            throw content.unusable("a token has at least " + MIN + " characters");
        if (token.length() > MAX_LENGTH)
            throw content.unusable("a token has at most " + MAX_LENGTH + " characters");
        return token.getBytes(ISO_8859_1);
    }

    /// Returns `handler` for requests with the token, and 401 for others.
    ///
    /// @param handler the handler to protect
    public Handler before(Handler handler) {
        return request -> isShown(request) ? handler.answer(request) : refuse(request);
    }

    private boolean isShown(Request request) {
        String shown = request.header("Authorization").orElse("");
        if (!shown.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) return false;
        byte[] given = shown.substring(SCHEME.length()).strip().getBytes(ISO_8859_1);
        // The time of the comparison depends on the given token only.
        return MessageDigest.isEqual(given, token.get());
    }

    private Reply refuse(Request request) {
        boolean none = request.header("Authorization").isEmpty();
        report.refused(request.peer(), none ? "no token" : "a wrong token");
        return new Response(
                401,
                "text/plain; charset=utf-8",
                "a bearer token is required\n",
                Map.of("WWW-Authenticate", "Bearer"));
    }
}
