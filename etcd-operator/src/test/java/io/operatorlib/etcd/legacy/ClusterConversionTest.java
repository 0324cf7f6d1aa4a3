package io.operatorlib.etcd.legacy;

import io.operatorlib.conversion.Conversion;
import java.util.Set;

/** CoreOS's v1beta2 of clusters keeps the contract of conversions. */
class ClusterConversionTest implements CoreOsContract {
    @Override
    public Conversion<?, ?> conversion() {
        return ClusterConversion.CONVERSION;
    }

    @Override
    public Set<String> inexpressible() {
        return Set.of(
                // nothing is decided from a status, least of all from another operator's
                "status of v1beta2 in v1",
                "status of v1 in v1beta2",
                // v1 has no word for none of a size or version, and v1beta2 none for these
                "spec.size of v1beta2 in v1",
                "spec.size of v1 in v1beta2",
                "spec.version of v1 in v1beta2",
                "spec.version of v1beta2 in v1",
                "spec.image of v1 in v1beta2",
                "spec.storage of v1 in v1beta2",
                "spec.scheduling.antiAffinity of v1 in v1beta2",
                "spec.scheduling.topologySpreadConstraints of v1 in v1beta2",
                "spec.scheduling.priorityClassName of v1 in v1beta2",
                "spec.scheduling.nodeGoneAfterSeconds of v1 in v1beta2",
                "spec.options of v1 in v1beta2",
                "spec.legacy of v1 in v1beta2",
                // an older shape's word for what has another by now
                "spec.baseImage of v1beta2 in v1",
                "spec.pod.pv of v1beta2 in v1",
                "spec.pod.antiAffinity of v1beta2 in v1",
                "spec.pod.etcdEnv of v1beta2 in v1");
    }
}
