package io.operatorlib.testing.cluster;

import io.operatorlib.testing.cluster.process.ImageCatalog;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a {@link LocalCluster} is told once.
 *
 * @param folder where everything is kept: made where it is not there, emptied of what the cluster put there at its end
 * @param images what pods can be made of
 * @param port of the API server on the loopback interface; 0 for any free one
 * @param backoff the first delay of a container that ends again and again
 * @param maxBackoff the longest
 */
public record LocalClusterOptions(Path folder, ImageCatalog images, int port, Duration backoff, Duration maxBackoff) {

    /** A cluster that behaves as Kubernetes does. */
    public static LocalClusterOptions in(Path folder) {
        return new LocalClusterOptions(folder, ImageCatalog.of(), 0, Duration.ofSeconds(10), Duration.ofMinutes(5));
    }

    public LocalClusterOptions images(ImageCatalog catalog) {
        return new LocalClusterOptions(folder, catalog, port, backoff, maxBackoff);
    }

    public LocalClusterOptions port(int number) {
        return new LocalClusterOptions(folder, images, number, backoff, maxBackoff);
    }

    /** Another back-off of containers that end again and again: tests that kill a lot have no time to wait. */
    public LocalClusterOptions backoff(Duration first, Duration max) {
        return new LocalClusterOptions(folder, images, port, first, max);
    }
}
