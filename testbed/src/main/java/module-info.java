/// Temporary Postgres servers, Kubernetes clusters and certificates for the demo, the
/// benchmarks and the tests.
module dev.elastigres.testbed {
    requires dev.elastigres.host;
    requires org.apache.commons.compress;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires org.tukaani.xz;
    requires static transitive org.jspecify;

    exports dev.elastigres.testbed;
    exports dev.elastigres.testbed.kubernetes;
    exports dev.elastigres.testbed.process;
}
