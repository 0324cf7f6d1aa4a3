package io.operatorlib.testing.cluster.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The images that there are: an immutable value. Where several stand for a name, the first counts. */
public record ImageCatalog(List<LocalImage> images) {
    public ImageCatalog {
        images = List.copyOf(images);
    }

    public static ImageCatalog of(LocalImage... images) {
        return new ImageCatalog(List.of(images));
    }

    /** This catalog with one more image. */
    public ImageCatalog with(LocalImage image) {
        var more = new ArrayList<>(images);
        more.add(image);
        return new ImageCatalog(more);
    }

    Optional<LocalImage> find(String name) {
        return images.stream().filter(image -> image.standsFor(name)).findFirst();
    }

    String names() {
        return images.isEmpty()
                ? "no images"
                : images.stream().map(LocalImage::pattern).collect(Collectors.joining(", "));
    }
}
