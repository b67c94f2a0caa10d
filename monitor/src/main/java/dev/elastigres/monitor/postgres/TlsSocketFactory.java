package dev.elastigres.monitor.postgres;

import dev.elastigres.daemon.guard.CredentialException;
import dev.elastigres.daemon.guard.KeyFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// TLS to Postgres according to libpq's options: trusted servers, client certificate and protocol
/// versions. Public because the driver instantiates it by name, once for each login, because files
/// may have changed.
public final class TlsSocketFactory extends SSLSocketFactory {
    /// TLS versions, from the oldest to the newest.
    static final List<String> VERSIONS = List.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");

    private final SSLSocketFactory sockets;
    private final String[] versions;
    private final List<SNIServerName> serverNames;

    /// Reads the files that the properties name.
    ///
    /// @param properties the driver's properties, which contain the TLS options by libpq's names
    /// @throws SSLException if a file cannot be used; the message says which and why
    public TlsSocketFactory(Properties properties) throws SSLException {
        var options = new TlsOptions(properties);
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(identity(options), trust(options), null);
            sockets = context.getSocketFactory();
        } catch (CredentialException e) {
            throw new SSLException(e.getMessage());
        } catch (GeneralSecurityException | IOException e) {
            throw new SSLException("TLS cannot be set up", e);
        }
        versions = versions(options);
        serverNames = serverName(options).map(List::of).orElse(List.of());
    }

    private record TlsOptions(Properties properties) {
        Optional<String> value(ConnectionKeyword keyword) {
            return Optional.ofNullable(properties.getProperty(keyword.word()));
        }

        String mode() {
            return value(ConnectionKeyword.SSLMODE).orElse("prefer");
        }
    }

    // ---- trusted servers

    private static TrustManager[] trust(TlsOptions options)
            throws CredentialException, GeneralSecurityException, IOException {
        boolean verified = options.mode().startsWith("verify");
        if (!verified) return new TrustManager[] {new TrustAllManager()};
        Optional<String> root = options.value(ConnectionKeyword.SSLROOTCERT);
        if (root.isEmpty())
            throw new SSLException(
                    "there is no root certificate: give sslrootcert, or change sslmode");
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(root.get().equals("system") ? null : store(Path.of(root.get())));
        return factory.getTrustManagers();
    }

    private static KeyStore store(Path root)
            throws CredentialException, GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        List<X509Certificate> certificates = KeyFiles.certificates(root);
        for (int i = 0; i < certificates.size(); i++)
            store.setCertificateEntry("root-" + i, certificates.get(i));
        return store;
    }

    // ---- client certificate

    /// Returns the client certificate. As with libpq, a missing file is no error, since the server
    /// may require none.
    private static KeyManager[] identity(TlsOptions options)
            throws CredentialException, IOException {
        boolean disabled =
                options.value(ConnectionKeyword.SSLCERTMODE).equals(Optional.of("disable"));
        Optional<Path> file =
                options.value(ConnectionKeyword.SSLCERT).map(Path::of).filter(Files::exists);
        if (disabled || file.isEmpty()) return new KeyManager[0];
        List<X509Certificate> chain = KeyFiles.certificates(file.get());
        Path keyFile = Path.of(options.value(ConnectionKeyword.SSLKEY).orElse(""));
        checkPermissions(keyFile);
        PrivateKey key =
                KeyFiles.privateKey(
                        keyFile,
                        chain.getFirst().getPublicKey(),
                        options.value(ConnectionKeyword.SSLPASSWORD));
        return new KeyManager[] {new ClientIdentity(chain, key)};
    }

    /// Checks a private key's permissions as libpq does: root's key may be readable by its group;
    /// other keys only by their owner.
    private static void checkPermissions(Path key) throws IOException {
        if (!Files.exists(key))
            throw new SSLException("there is a client certificate, but no private key file " + key);
        if (!Files.isRegularFile(key))
            throw new SSLException("private key file " + key + " is not a regular file");
        int mode = (int) Files.getAttribute(key, "unix:mode");
        boolean ofRoot = (int) Files.getAttribute(key, "unix:uid") == 0;
        if ((mode & (ofRoot ? 0037 : 0077)) != 0)
            throw new SSLException(
                    "private key file %s may be used by others: give it the mode %s"
                            .formatted(key, ofRoot ? "0640 or less" : "0600 or less"));
    }

    // ---- protocol versions

    private static String[] versions(TlsOptions options) throws SSLException {
        int min =
                index(options.value(ConnectionKeyword.SSL_MIN_PROTOCOL_VERSION).orElse("TLSv1.2"));
        int max =
                index(options.value(ConnectionKeyword.SSL_MAX_PROTOCOL_VERSION).orElse("TLSv1.3"));
        if (min > max) throw new SSLException("there is no TLS version in the range allowed");
        return VERSIONS.subList(min, max + 1).toArray(String[]::new);
    }

    /// Returns the index of a validated version, in upper or lower case.
    static int index(String version) {
        for (int i = 0; i < VERSIONS.size(); i++)
            if (VERSIONS.get(i).equalsIgnoreCase(version)) return i;
        throw new IllegalArgumentException("unchecked version of TLS");
    }

    private static Optional<SNIServerName> serverName(TlsOptions options) {
        if (options.value(ConnectionKeyword.SSLSNI).equals(Optional.of("0")))
            return Optional.empty();
        try {
            // Addresses and directories of sockets are not host names.
            return options.value(ConnectionKeyword.HOST)
                    .filter(host -> !host.contains(":") && !host.matches("[\\d.]+"))
                    .map(SNIHostName::new);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    @Override
    public Socket createSocket(Socket carrier, String host, int port, boolean autoClose)
            throws IOException {
        var socket = (SSLSocket) sockets.createSocket(carrier, host, port, autoClose);
        var parameters = socket.getSSLParameters();
        parameters.setProtocols(versions);
        parameters.setServerNames(serverNames);
        socket.setSSLParameters(parameters);
        return new TlsSocket(socket);
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return sockets.getSupportedCipherSuites();
    }

    // Not used by the driver, which connects first.

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException("only over a connected socket");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
        throw new UnsupportedOperationException("only over a connected socket");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException("only over a connected socket");
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
        throw new UnsupportedOperationException("only over a connected socket");
    }
}
