package dev.elastigres.cluster;

import dev.elastigres.testbed.kubernetes.ClusterProgram;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import dev.elastigres.vm.image.GuestVariant;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The files that turn our guest into a node with containerd, runc, CNI plugins and the kubelet.
final class NodeImageFiles {
    private static final String OURS = "usr/lib/elastigres/";

    /// The path of each of our files in the guest.
    private static final Map<String, String> FILES =
            Map.ofEntries(
                    Map.entry("inittab", "etc/inittab"),
                    Map.entry("setup.sh", OURS + "setup"),
                    Map.entry("node-boot.sh", OURS + "node-boot"),
                    Map.entry("containerd.sh", OURS + "containerd"),
                    Map.entry("kubelet.sh", OURS + "kubelet"),
                    Map.entry("shutdown.sh", OURS + "shutdown"),
                    Map.entry("iptables.sh", "usr/sbin/iptables"),
                    Map.entry("containerd.toml", "etc/containerd/config.toml"),
                    Map.entry("network.conflist", "etc/cni/net.d/10-pods.conflist"),
                    Map.entry("kubelet.yaml", "etc/kubernetes/kubelet.yaml"));

    /// Without systemd our guest has none. The kubelet uses it to tell nodes apart.
    private static final String MACHINE_ID = "e1a571e5000000000000000000000001\n";

    private NodeImageFiles() {}

    static GuestVariant variation(KubernetesBinaries binaries) {
        var texts = new TreeMap<String, String>();
        FILES.forEach((name, place) -> texts.put(place, resource(name)));
        texts.put("etc/machine-id", MACHINE_ID);
        return new GuestVariant(
                "node-" + KubernetesBinaries.version(),
                List.of("containerd", "runc", "iptables", "containernetworking-plugins"),
                List.of("./lib/modules/*/kernel/net/netfilter/*"),
                texts,
                Map.of("usr/bin/kubelet", binaries.of(ClusterProgram.KUBELET)));
    }

    /// Returns a text resource of this package.
    static String resource(String name) {
        try (InputStream stream = NodeImageFiles.class.getResourceAsStream(name)) {
            if (stream == null) throw new IllegalStateException("not packed: " + name);
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}
