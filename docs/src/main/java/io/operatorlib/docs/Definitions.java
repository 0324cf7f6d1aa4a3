package io.operatorlib.docs;

import io.operatorlib.Kind;
import io.operatorlib.Operator;
import io.operatorlib.crd.ConversionWebhook;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdChange.Impact;
import io.operatorlib.crd.CrdPolicy;
import io.operatorlib.crd.CrdVerdict;
import io.operatorlib.crd.CrdVersion;
import io.operatorlib.crd.Default;
import io.operatorlib.crd.Description;
import io.operatorlib.crd.ListMapKeys;
import io.operatorlib.crd.MaxItems;
import io.operatorlib.crd.MaxLength;
import io.operatorlib.crd.Maximum;
import io.operatorlib.crd.Minimum;
import io.operatorlib.crd.Pattern;
import io.operatorlib.crd.Rule;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the pages on definitions show. */
final class Definitions {
    private Definitions() {}

    // region spec-with-rules
    record Mount(@MaxLength(63) String name, @Pattern("^/") String path) {}

    @Rule(value = "self.replicas > 0 || self.paused", message = "no replicas only while paused")
    record ShopSpec(
            @Description("How many servers.") @Minimum(0) @Maximum(9) @Default("2")
            int replicas,

            boolean paused,
            @Default("30s") Duration timeout,
            @Nullable String theme,
            @ListMapKeys("name") @MaxItems(8) List<Mount> mounts,

            @Rule(value = "self == oldSelf", message = "a shop does not move")
            String region) {}
    // endregion

    record ShopStatus(int ready) {}

    record OldShopSpec(@Nullable Integer servers) {}

    // region a-definition
    static final Kind<ShopSpec, ShopStatus> SHOP =
            Kind.of("demo.operatorlib.io", "v1", "Shop", ShopSpec.class, ShopStatus.class);

    static final Crd DEFINITION = Crd.hub(SHOP)
            .release("1.4.0")
            .shortNames("sh")
            .categories("all")
            .column("Ready", ".status.ready", "integer")
            .scale(".spec.replicas", ".status.ready")
            .selectable(".spec.region");
    // endregion

    static final Kind<OldShopSpec, Void> OLD_SHOP =
            Kind.of("demo.operatorlib.io", "v1beta1", "Shop", OldShopSpec.class, Void.class);

    // region a-policy
    static Operator registering() {
        return Operator.named("shop-operator").crd(DEFINITION).crds(CrdPolicy.APPLY);
    }
    // endregion

    // region print-definitions
    static String manifests() {
        return registering().definitions();
    }
    // endregion

    // region judge-a-change
    static List<String> whatWouldBreak(String definitionOfTheLastRelease) {
        return CrdVerdict.between(definitionOfTheLastRelease, DEFINITION).of(Impact.BREAKING).stream()
                .map(change -> change.where() + ": " + change.what())
                .toList();
    }
    // endregion

    // region two-versions
    static final Crd BOTH = DEFINITION
            .release("1.5.0")
            .spoke(CrdVersion.of(OLD_SHOP).preservingUnknown())
            .convertedBy(ConversionWebhook.service("shops", "shop-operator", 443, "/convert"));
    // endregion

    // region deprecate
    static final Crd DEPRECATED = DEFINITION
            .release("1.6.0")
            .spoke(CrdVersion.of(OLD_SHOP).preservingUnknown().deprecated("use demo.operatorlib.io/v1"))
            .convertedBy(ConversionWebhook.service("shops", "shop-operator", 443, "/convert"));
    // endregion

    // region stop-serving
    static final Crd UNSERVED = DEFINITION
            .release("1.7.0")
            .spoke(CrdVersion.of(OLD_SHOP)
                    .preservingUnknown()
                    .deprecated("use demo.operatorlib.io/v1")
                    .unserved())
            .convertedBy(ConversionWebhook.service("shops", "shop-operator", 443, "/convert"));
    // endregion

    // region removed
    static final Crd REMOVED = DEFINITION.release("1.8.0");
    // endregion
}
