package io.operatorlib.docs;

import io.operatorlib.conversion.Conversion;
import io.operatorlib.testing.contract.ConversionContract;
import java.util.Set;

// region contract
class GreetingConversionTest implements ConversionContract {
    @Override
    public Conversion<?, ?> conversion() {
        return OldVersion.CONVERSION;
    }

    @Override
    public Set<String> inexpressible() {
        return Set.of("spec.signature of v1alpha1 in v1");
    }
}
// endregion
