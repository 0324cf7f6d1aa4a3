package io.operatorlib.docs;

import io.operatorlib.Kind;
import io.operatorlib.Operator;
import io.operatorlib.conversion.Conversion;
import io.operatorlib.conversion.ConversionServer;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdVersion;
import io.operatorlib.docs.GreetingOperator.GreetingSpec;
import io.operatorlib.docs.GreetingOperator.GreetingStatus;
import org.jspecify.annotations.Nullable;

/** What the pages on conversion show: greetings that once were of another shape. */
final class OldVersion {
    private OldVersion() {}

    // region old-version
    record OldGreeting(String message, @Nullable String signature) {}

    static final Kind<OldGreeting, GreetingStatus> OLD =
            Kind.of("demo.operatorlib.io", "v1alpha1", "Greeting", OldGreeting.class, GreetingStatus.class);
    // endregion

    // region conversion
    static GreetingSpec toHub(OldGreeting old) {
        return new GreetingSpec(old.message());
    }

    static OldGreeting fromHub(GreetingSpec greeting) {
        return new OldGreeting(greeting.text(), null);
    }

    static final Conversion<GreetingSpec, GreetingStatus> CONVERSION =
            Conversion.hub(GreetingOperator.GREETING).spoke(OLD, OldVersion::toHub, OldVersion::fromHub);
    // endregion

    // region converting-operator
    static Operator converting() {
        return Operator.named("greeting-operator")
                .crd(Crd.hub(GreetingOperator.GREETING).spoke(CrdVersion.of(OLD)))
                .conversions(ConversionServer.behindService("greeting-operator").converting(CONVERSION));
    }
    // endregion
}
