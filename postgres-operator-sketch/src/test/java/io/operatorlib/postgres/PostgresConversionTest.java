package io.operatorlib.postgres;

import io.operatorlib.conversion.Conversion;
import io.operatorlib.testing.contract.ConversionContract;
import java.util.Set;

// region conversion
/** The first version keeps the contract of conversions. */
class PostgresConversionTest implements ConversionContract {
    @Override
    public Conversion<?, ?> conversion() {
        return PostgresCluster.CONVERSION;
    }

    @Override
    public int objects() {
        return Integer.getInteger("operatorlib.conversion.objects", 1_000);
    }

    @Override
    public Set<String> inexpressible() {
        return Set.of(
                "spec.storage of v1beta1 in v1alpha1",
                "spec.parameters of v1beta1 in v1alpha1",
                "spec.synchronous of v1beta1 in v1alpha1",
                "spec.primary of v1beta1 in v1alpha1",
                "spec.failover of v1beta1 in v1alpha1");
    }
}
// endregion
