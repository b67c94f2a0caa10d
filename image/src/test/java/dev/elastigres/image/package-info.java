/// What is installed on Kubernetes: the image's tool, the manifests, the chart.
@NullMarked
package dev.elastigres.image;

import org.jspecify.annotations.NullMarked;
