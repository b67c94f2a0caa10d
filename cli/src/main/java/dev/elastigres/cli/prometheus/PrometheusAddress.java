package dev.elastigres.cli.prometheus;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.daemon.file.FileReadException;
import dev.elastigres.daemon.file.SmallFile;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/// Base URL of a Prometheus server and the credentials for it.
///
/// @param base URL without credentials and without a slash at the end
/// @param authorization value of the `Authorization` header
public record PrometheusAddress(String base, Optional<String> authorization) {
    private static final int MAX_TOKEN_FILE = 64 << 10;

    /// Parses a URL. A user and password in it become the credentials.
    ///
    /// @throws IllegalArgumentException if the text is not the URL of a server; the message does
    ///     not quote it, since it may contain a password
    public static PrometheusAddress parse(String url) {
        URI uri;
        try {
            uri = new URI(url.strip());
        } catch (URISyntaxException _) {
            throw invalid("is not a URL");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https"))
            throw invalid("does not begin with http:// or https://");
        if (uri.getHost() == null) throw invalid("names no host");
        if (uri.getRawQuery() != null || uri.getRawFragment() != null)
            throw invalid("has a query or a fragment");
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        while (path.endsWith("/")) path = path.substring(0, path.length() - 1);
        return new PrometheusAddress(
                scheme + "://" + uri.getHost() + port + path,
                Optional.ofNullable(uri.getRawUserInfo()).map(PrometheusAddress::basic));
    }

    private static IllegalArgumentException invalid(String why) {
        return new IllegalArgumentException(
                "--prometheus " + why + ": give the base URL, such as http://localhost:9090");
    }

    /// A plus sign in user information is no space, other than in a form.
    private static String basic(String userInfo) {
        String decoded = URLDecoder.decode(userInfo.replace("+", "%2B"), UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(decoded.getBytes(UTF_8));
    }

    /// Returns this address with the bearer token in `file`.
    ///
    /// @throws PrometheusException if the file cannot be read or contains no token
    public PrometheusAddress withTokenIn(Path file) throws PrometheusException {
        String token;
        try {
            token = new String(SmallFile.read(file, MAX_TOKEN_FILE), ISO_8859_1).strip();
        } catch (FileReadException e) {
            throw new PrometheusException(
                    "cannot read the token in " + file + ": " + e.getMessage());
        }
        if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f))
            throw new PrometheusException(
                    "cannot use the token in "
                            + file
                            + ": the file must contain one line of visible ASCII without spaces");
        return new PrometheusAddress(base, Optional.of("Bearer " + token));
    }

    /// Returns the base URL, without the credentials.
    @Override
    public String toString() {
        return base;
    }
}
