package dev.elastigres.controller.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.controller.admission.SignedCertificate.Validity;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Tests the certificates of the webhook and when they change.
class CertificateRotationTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final List<String> NAMES =
            List.of("elastigres-webhook.elastigres.svc", "127.0.0.1");
    private static final CertificateRotation ROTATION = CertificateRotation.of(NAMES);
    private static final Optional<Duration> LONG = Optional.of(Duration.ofHours(1));

    private static WebhookCertificates first() throws GeneralSecurityException {
        return ROTATION.next(Optional.empty(), Optional.empty(), NOW).orElseThrow();
    }

    private static void validate(X509Certificate served, WebhookCertificates trusted, Instant at)
            throws GeneralSecurityException {
        Set<TrustAnchor> anchors =
                Stream.concat(
                                Stream.of(trusted.authority().certificate()),
                                trusted.older().stream())
                        .map(it -> new TrustAnchor(it, null))
                        .collect(Collectors.toSet());
        var parameters = new PKIXParameters(anchors);
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(at));
        CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(served));
        var _ = CertPathValidator.getInstance("PKIX").validate(path, parameters);
    }

    @Test
    void certificatesAreWhatTheyShouldBe() throws Exception {
        WebhookCertificates made = first();
        X509Certificate serving = made.serving().certificate();
        validate(serving, made, NOW);
        validate(serving, made, NOW.minus(Duration.ofMinutes(59)));
        assertThat(serving.getSubjectAlternativeNames())
                .extracting(it -> String.valueOf(it.get(1)))
                .containsExactlyElementsOf(NAMES);
        assertThat(serving.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(serving.getBasicConstraints()).as("no authority").isEqualTo(-1);
        assertThat(serving.getKeyUsage()[0]).as("digital signature").isTrue();
        assertThat(made.authority().certificate().getBasicConstraints()).isZero();
        assertThat(made.authority().certificate().getKeyUsage()[5]).as("signs").isTrue();
        assertThat(made.toString()).doesNotContain("PRIVATE");
    }

    @Test
    void theyAreTheSameAfterWritingAndReading() throws Exception {
        WebhookCertificates made = first();
        assertThat(WebhookCertificates.of(made.data()).data()).isEqualTo(made.data());
    }

    @Test
    void brokenSecretsAreNamed() throws Exception {
        for (String key : first().data().keySet())
            for (String wrong : List.of("", "!", "bm90IGEga2V5")) {
                var data = new HashMap<>(first().data());
                data.put(key, wrong);
                assertThatThrownBy(() -> WebhookCertificates.of(data))
                        .as(key + "=" + wrong)
                        .isInstanceOf(GeneralSecurityException.class)
                        .message()
                        .isNotEmpty();
                data.remove(key);
                assertThatThrownBy(() -> WebhookCertificates.of(data))
                        .hasMessage(key + " is missing");
            }
    }

    @Test
    void aYearOfRotationsNeverServesWhatIsNotTrusted() throws Exception {
        WebhookCertificates current = first();
        WebhookCertificates published = current;
        Instant publishedAt = NOW;
        int authorities = 1;
        int servings = 1;
        for (Instant now = NOW;
                now.isBefore(NOW.plus(1000, ChronoUnit.DAYS));
                now = now.plus(8, ChronoUnit.HOURS)) {
            Optional<Duration> since =
                    published.bundle().equals(current.bundle())
                            ? Optional.of(Duration.between(publishedAt, now))
                            : Optional.empty();
            Optional<WebhookCertificates> next = ROTATION.next(Optional.of(current), since, now);
            if (next.isPresent()) {
                if (!next.get().authority().certificate().equals(current.authority().certificate()))
                    authorities++;
                if (!next.get().serving().certificate().equals(current.serving().certificate()))
                    servings++;
                current = next.get();
            }
            // What API servers trust is what was published a step before.
            validate(current.serving().certificate(), published, now);
            assertThat(current.older()).hasSizeLessThan(3);
            if (!published.bundle().equals(current.bundle())) {
                published = current;
                publishedAt = now;
            }
        }
        assertThat(authorities).isEqualTo(5);
        assertThat(servings).isBetween(17, 22);
    }

    @Test
    void aCertificateWithOtherNamesOrOfAForeignAuthorityIsReplaced() throws Exception {
        WebhookCertificates made = first();
        assertThat(ROTATION.next(Optional.of(made), LONG, NOW)).isEmpty();
        var renamed = CertificateRotation.of(List.of("other.svc"));
        assertThat(
                        renamed.next(Optional.of(made), LONG, NOW)
                                .orElseThrow()
                                .serving()
                                .certificate()
                                .getSubjectAlternativeNames())
                .extracting(it -> String.valueOf(it.get(1)))
                .containsExactly("other.svc");
        SignedCertificate foreign =
                SignedCertificate.authority(
                        "foreign", new Validity(NOW, NOW.plus(Duration.ofDays(300))));
        var mixed = new WebhookCertificates(foreign, List.of(), made.serving());
        assertThat(
                        ROTATION.next(Optional.of(mixed), Optional.empty(), NOW)
                                .orElseThrow()
                                .serving()
                                .isIssuedBy(foreign.certificate()))
                .isTrue();
    }

    @Test
    void anExpiredAuthorityIsReplacedAtOnce() throws Exception {
        WebhookCertificates made = first();
        Instant late = NOW.plus(Duration.ofDays(400));
        WebhookCertificates next =
                ROTATION.next(Optional.of(made), Optional.empty(), late).orElseThrow();
        validate(next.serving().certificate(), next, late);
        assertThat(next.older()).isEmpty();
    }
}
