package dev.elastigres.controller.admission;

import dev.elastigres.controller.admission.SignedCertificate.Validity;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Decides when the certificates of the webhook are made and renewed.
///
/// An authority and a serving certificate are renewed when a third of their life is left. A new
/// authority first joins the bundle that API servers trust, and signs the serving certificate only
/// some time after the bundle with it was published. The old authority stays in the bundle until it
/// expires. So at every moment each API server trusts what each replica serves.
///
/// @param names DNS names and addresses of the server
/// @param authorityLife lifetime of an authority
/// @param servingLife lifetime of a serving certificate, much less than that of an authority
/// @param maxClockSkew certificates are valid from this long before they are made, for API servers
///     whose clock is behind
/// @param publishDelay time in which all API servers and replicas notice a change
record CertificateRotation(
        List<String> names,
        Duration authorityLife,
        Duration servingLife,
        Duration maxClockSkew,
        Duration publishDelay) {
    private static final String AUTHORITY_NAME = "elastigres-webhook-ca-";
    private static final int RENEWED_AT_LEFT = 3;
    private static final int CHECKS = 100;
    private static final Duration MAX_CHECK_INTERVAL = Duration.ofSeconds(10);

    CertificateRotation {
        names = List.copyOf(names);
    }

    /// Returns the rotation of a server with these names.
    static CertificateRotation of(List<String> names) {
        return new CertificateRotation(
                names,
                Duration.ofDays(365),
                Duration.ofDays(90),
                Duration.ofHours(1),
                Duration.ofMinutes(2));
    }

    /// Returns the interval of checks.
    Duration checkInterval() {
        Duration interval = servingLife.dividedBy(CHECKS);
        return interval.compareTo(MAX_CHECK_INTERVAL) < 0 ? interval : MAX_CHECK_INTERVAL;
    }

    /// Returns the certificates that replace the present ones; empty if these stay.
    ///
    /// @param present the present certificates; empty if there are none or they are not understood
    /// @param publishedFor time for which API servers have been given the present bundle; empty if
    ///     they have not
    Optional<WebhookCertificates> next(
            Optional<WebhookCertificates> present, Optional<Duration> publishedFor, Instant now)
            throws GeneralSecurityException {
        if (present.isEmpty() || isExpired(present.get().authority().certificate(), now)) {
            SignedCertificate authority = authority(now);
            return Optional.of(
                    new WebhookCertificates(authority, List.of(), serving(authority, now)));
        }
        WebhookCertificates current = present.get();
        List<X509Certificate> older =
                current.older().stream().filter(it -> !isExpired(it, now)).toList();
        if (isDue(current.authority().certificate(), authorityLife, now)) {
            var authorities = new ArrayList<X509Certificate>();
            authorities.add(current.authority().certificate());
            authorities.addAll(older);
            return Optional.of(
                    new WebhookCertificates(authority(now), authorities, current.serving()));
        }
        boolean isPublished =
                publishedFor.filter(it -> it.compareTo(publishDelay) >= 0).isPresent();
        if (mustServeAnother(current, isPublished, now))
            return Optional.of(
                    new WebhookCertificates(
                            current.authority(), older, serving(current.authority(), now)));
        return older.size() == current.older().size()
                ? Optional.empty()
                : Optional.of(
                        new WebhookCertificates(current.authority(), older, current.serving()));
    }

    private boolean mustServeAnother(
            WebhookCertificates current, boolean isPublished, Instant now) {
        X509Certificate serving = current.serving().certificate();
        // With no API server's trust there is nothing to lose.
        boolean isUseless =
                isExpired(serving, now)
                        || (!current.serving().isIssuedBy(current.authority().certificate())
                                && current.older().stream()
                                        .noneMatch(current.serving()::isIssuedBy));
        boolean isOutdated =
                isDue(serving, servingLife, now)
                        || !hasNames(serving)
                        || !current.serving().isIssuedBy(current.authority().certificate());
        return isUseless || (isOutdated && isPublished);
    }

    private SignedCertificate authority(Instant now) throws GeneralSecurityException {
        return SignedCertificate.authority(
                AUTHORITY_NAME + now.getEpochSecond(), validity(authorityLife, now));
    }

    private SignedCertificate serving(SignedCertificate authority, Instant now)
            throws GeneralSecurityException {
        return authority.server(names, validity(servingLife, now));
    }

    private Validity validity(Duration life, Instant now) {
        return new Validity(now.minus(maxClockSkew), now.plus(life));
    }

    private static boolean isExpired(X509Certificate certificate, Instant now) {
        return !now.isBefore(certificate.getNotAfter().toInstant());
    }

    private static boolean isDue(X509Certificate certificate, Duration life, Instant now) {
        Duration left = Duration.between(now, certificate.getNotAfter().toInstant());
        return left.compareTo(life.dividedBy(RENEWED_AT_LEFT)) <= 0;
    }

    private boolean hasNames(X509Certificate certificate) {
        try {
            Collection<List<?>> present = certificate.getSubjectAlternativeNames();
            if (present == null) return false;
            Set<String> found = new HashSet<>();
            for (List<?> each : present) found.add(String.valueOf(each.get(1)));
            return found.equals(Set.copyOf(names));
        } catch (CertificateParsingException _) {
            return false;
        }
    }
}
