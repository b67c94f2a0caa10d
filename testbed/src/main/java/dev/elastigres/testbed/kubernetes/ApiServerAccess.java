package dev.elastigres.testbed.kubernetes;

/// From where the API server is reached. Its certificate is good for each.
public enum ApiServerAccess {
    /// This machine.
    HOST("127.0.0.1"),
    /// A guest in QEMU's user-mode network, to which this machine's loopback address is another.
    GUEST("10.0.2.2");

    private final String address;

    ApiServerAccess(String address) {
        this.address = address;
    }

    public String address() {
        return address;
    }
}
