package dev.elastigres.lab.kubernetes;

import dev.elastigres.cluster.PodImages;

/// Fields of containers whose images were imported into the node.
final class ImportedImages {
    private ImportedImages() {}

    static String idle() {
        return """
        image: %s
        imagePullPolicy: Never
        """
                .formatted(PodImages.PAUSE);
    }

    static String postgres(int port) {
        return """
        image: %s
        imagePullPolicy: Never
        env: [{name: PGPORT, value: "%d"}]
        """
                .formatted(PodImages.POSTGRES, port);
    }
}
