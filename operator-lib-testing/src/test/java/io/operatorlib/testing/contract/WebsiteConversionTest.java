package io.operatorlib.testing.contract;

import io.operatorlib.conversion.Conversion;
import io.operatorlib.testing.conversion.Websites;
import java.util.Set;

/** A conversion that is as it should be. */
class WebsiteConversionTest implements ConversionContract {
    @Override
    public Conversion<?, ?> conversion() {
        return Websites.CONVERSION;
    }

    @Override
    public Set<String> inexpressible() {
        return Set.of("spec.theme of v2 in v1", "spec.pages[].style of v2 in v1", "spec.motto of v1 in v2");
    }
}
