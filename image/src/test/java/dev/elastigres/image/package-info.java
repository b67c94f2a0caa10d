/// Tests of what is installed on Kubernetes: the image tool, the manifests, the Helm chart.
@NullMarked
package dev.elastigres.image;

import org.jspecify.annotations.NullMarked;
