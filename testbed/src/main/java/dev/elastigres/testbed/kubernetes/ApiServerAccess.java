package dev.elastigres.testbed.kubernetes;

/// The network from which the API server is reached. Its certificate is valid for each of these
/// addresses.
public enum ApiServerAccess {
    /// This machine.
    HOST("127.0.0.1"),
    /// A guest in QEMU's user-mode network, which maps the host's loopback address to this address.
    GUEST("10.0.2.2"),
    /// A node on this machine with a network of its own, and its pods: the cluster address of the
    /// API server's service, at port 443.
    SERVICE(ControlPlane.SERVICE_ADDRESS);

    private final String address;

    ApiServerAccess(String address) {
        this.address = address;
    }

    public String address() {
        return address;
    }
}
