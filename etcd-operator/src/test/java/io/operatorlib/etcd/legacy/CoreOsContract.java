package io.operatorlib.etcd.legacy;

import io.operatorlib.testing.contract.ConversionContract;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The contract of conversions for a kind of CoreOS's. Its corpus has manifests in each shape that CoreOS documented, written
 * after its schemas.
 */
interface CoreOsContract extends ConversionContract {
    @Override
    default int objects() {
        return Integer.getInteger("operatorlib.conversion.objects", 1_000);
    }

    @Override
    default Optional<Path> corpus() {
        return Optional.of(Path.of("src/test/resources/coreos"));
    }
}
