package io.operatorlib.etcd.sim;

import io.operatorlib.etcd.OldManifests;
import io.operatorlib.testing.ShippedRole;
import io.operatorlib.testing.chaos.Chaos;
import io.operatorlib.testing.chaos.OperatorContract;
import io.operatorlib.testing.chaos.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The etcd operator and CoreOS's seven guidelines. A path from version to version is not given, for one is not
 * orchestrated yet.
 */
class EtcdGuidelinesTest extends OperatorContract<EtcdStage> {
    /** A run of this world takes tenths of a second: the whole of it is {@link EtcdSimulationTest}. */
    private static final int EVERY = 12;

    private final ShippedRole role = EtcdStage.shippedRole();

    @Override
    protected Workload<EtcdStage> workload() {
        return EtcdWorkload.ofThree(role).edit("size 4", stage -> stage.resize(4));
    }

    @Override
    protected Optional<Path> installManifest() {
        return Optional.of(Path.of("deploy/install.yaml"));
    }

    /** All that CoreOS documented; but what its schema of today refuses for its types. */
    @Override
    protected List<String> earlierManifests() {
        return OldManifests.all().stream()
                .filter(OldManifests.Manifest::typed)
                .map(manifest -> manifest.named(manifest.name()).toString())
                .toList();
    }

    @Override
    protected Workload<EtcdStage> converting() {
        return EtcdWorkload.converting(role);
    }

    @Override
    protected Optional<Predicate<EtcdStage>> applicationServes() {
        return Optional.of(stage -> stage.census().serves());
    }

    @Override
    protected Chaos chaos() {
        return super.chaos().every(EVERY);
    }
}
