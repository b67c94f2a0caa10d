package dev.elastigres.monitor.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// The tests run only if these Debian packages, or the same programs from elsewhere, are installed.
/// Otherwise the reason is `needs` and the names, for `apt-get install`.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PackagesCondition.class)
public @interface NeedsPackages {
    /// `gcc`, `openssl`, `pgbouncer`, `systemd`, `prometheus`, `postgresql-N` or
    /// `postgresql-server-dev-N`.
    String[] value();
}
