package dev.elastigres.daemon.guard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;

/// Fuzzes PEM files.
class PemFuzzTest {
    private static final PublicKey CERTIFIED = certified();

    @FuzzTest(maxDuration = "10s")
    void isUnderstoodOrRefused(byte[] bytes) {
        var content = new FileContent(Path.of("file.pem"), new String(bytes, ISO_8859_1));
        try {
            for (Pem.PemBlock block : Pem.read(content))
                assertThat(block.der().length).isLessThan(bytes.length);
            PrivateKeys.read(content, CERTIFIED);
        } catch (CredentialException e) {
            assertThat(e).message().startsWith("cannot use file.pem: ").doesNotContain("\n");
        }
    }

    private static PublicKey certified() {
        try {
            return KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has EC keys", e);
        }
    }
}
