package dev.elastigres.daemon.guard;

import dev.elastigres.daemon.http.Encryption;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// TLS 1.3 of a server, mutual if a client authority is configured. Older versions are disabled,
/// because they let a peer repeat the handshake any number of times.
public final class ServerTls implements Encryption {
    private static final String[] VERSIONS = {"TLSv1.3"};
    // Limits on resumable sessions, which are kept in memory: by default 20480, for a day.
    private static final int KEPT_SESSIONS = 64;
    private static final int KEPT_SECONDS = 600;
    private static final char[] NO_PASSWORD = {};

    private final Supplier<SSLContext> context;
    private final boolean mutual;
    private final GuardListener report;

    private ServerTls(Supplier<SSLContext> context, boolean mutual, GuardListener report) {
        this.context = context;
        this.mutual = mutual;
        this.report = report;
    }

    /// Loads the files.
    ///
    /// @param files certificate, key and client authority
    /// @param report receives reloads and failed handshakes
    /// @throws CredentialException if the files cannot be used now
    public static ServerTls with(ServerTlsFiles files, GuardListener report)
            throws CredentialException {
        return new ServerTls(
                new ReloadingValue<>("TLS files", files.all(), ServerTls::context, report)::get,
                files.clientAuthority().isPresent(),
                report);
    }

    /// Returns the TLS of a server whose certificate can be replaced. Clients need none.
    ///
    /// @param context returns the current context, see [#context(PrivateKey, List)]; called for
    ///     each connection
    /// @param report receives failed handshakes
    public static ServerTls with(Supplier<SSLContext> context, GuardListener report) {
        return new ServerTls(context, false, report);
    }

    /// Returns the context of a server with this certificate, which trusts no client.
    ///
    /// @param chain the server's certificate first
    /// @throws GeneralSecurityException if the key does not belong to the certificate
    public static SSLContext context(PrivateKey key, List<X509Certificate> chain)
            throws GeneralSecurityException {
        try {
            return context(key, chain, new TrustManager[0]);
        } catch (IOException e) {
            throw new GeneralSecurityException("a key store in memory cannot be made", e);
        }
    }

    private static SSLContext context(
            PrivateKey key, List<X509Certificate> chain, TrustManager[] trust)
            throws GeneralSecurityException, IOException {
        var context = SSLContext.getInstance("TLS");
        context.init(identity(key, chain), trust, null);
        context.getServerSessionContext().setSessionCacheSize(KEPT_SESSIONS);
        context.getServerSessionContext().setSessionTimeout(KEPT_SECONDS);
        return context;
    }

    @Override
    public Socket over(Socket carrier, String peer) throws IOException {
        var socket =
                (SSLSocket) context.get().getSocketFactory().createSocket(carrier, null, false);
        socket.setEnabledProtocols(VERSIONS);
        socket.setNeedClientAuth(mutual);
        try {
            socket.startHandshake();
        } catch (SSLException e) {
            // A peer that disconnects is not reported; any other failure is.
            if (!(e.getCause() instanceof EOFException))
                report.refused(peer, "no TLS handshake: " + e.getMessage());
            throw e;
        }
        return socket;
    }

    /// @param contents contents in the order of [ServerTlsFiles#all]
    private static SSLContext context(List<FileContent> contents) throws CredentialException {
        FileContent certificateFile = contents.get(0);
        List<X509Certificate> chain = Certificates.read(certificateFile);
        PrivateKey key = PrivateKeys.read(contents.get(1), chain.getFirst().getPublicKey());
        TrustManager[] trust = contents.size() > 2 ? trust(contents.get(2)) : new TrustManager[0];
        try {
            return context(key, chain, trust);
        } catch (GeneralSecurityException | IOException e) {
            throw certificateFile.unusable(
                    Objects.toString(e.getMessage(), "it is not understood"));
        }
    }

    private static KeyManager[] identity(PrivateKey key, List<X509Certificate> chain)
            throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        store.setKeyEntry("server", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static TrustManager[] trust(FileContent authorities) throws CredentialException {
        List<X509Certificate> certificates = Certificates.read(authorities);
        try {
            KeyStore store = emptyStore();
            for (int i = 0; i < certificates.size(); i++)
                store.setCertificateEntry("authority-" + i, certificates.get(i));
            var factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw authorities.unusable(Objects.toString(e.getMessage(), "it is not understood"));
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}
