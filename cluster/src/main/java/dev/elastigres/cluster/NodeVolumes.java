package dev.elastigres.cluster;

import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.Kubectl;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;

/// Local persistent volumes on a node, for claims without a storage class.
final class NodeVolumes {
    private static final String FOLDER = "/var/lib/volumes/";

    private NodeVolumes() {}

    /// @param count number of volumes, of 1 GiB each
    static void make(Kubectl kubectl, ClusterNode node, int count)
            throws TestbedException, VmException, GuestException, InterruptedException {
        for (int i = 1; i <= count; i++) {
            String name = node.name() + "-" + i;
            String folder = FOLDER + name;
            // The user that runs Postgres must be able to write there.
            node.sh(
                    "mkdir -p %1$s && chown %2$d:%3$d %1$s"
                            .formatted(folder, PodImages.POSTGRES_USER, PodImages.POSTGRES_GROUP));
            kubectl.apply(
                    """
                    apiVersion: v1
                    kind: PersistentVolume
                    metadata: {name: %s}
                    spec:
                      capacity: {storage: 1Gi}
                      accessModes: [ReadWriteOnce]
                      persistentVolumeReclaimPolicy: Retain
                      hostPath: {path: %s, type: Directory}
                    """
                            .formatted(name, folder));
        }
    }
}
