package io.operatorlib.testing.conversion;

import io.operatorlib.Kind;
import io.operatorlib.conversion.Conversion;
import io.operatorlib.crd.Crd;
import io.operatorlib.crd.CrdVersion;
import io.operatorlib.crd.ListMapKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A kind with two versions, the newer of which is the hub. */
public final class Websites {
    public record Page(
            String name, @Nullable String text, @Nullable String style) {}

    public record Site(
            @Nullable Integer replicas,
            @ListMapKeys("name") List<Page> pages,
            @Nullable String theme) {}

    public record OldPage(String name, @Nullable String text) {}

    public record OldSite(
            @Nullable Integer size,
            @ListMapKeys("name") List<OldPage> pages,
            @Nullable String motto) {}

    public record Status(@Nullable Integer pages) {}

    public static final Kind<Site, Status> V2 =
            Kind.of("demo.operatorlib.io", "v2", "Website", Site.class, Status.class);
    public static final Kind<OldSite, Status> V1 =
            Kind.of("demo.operatorlib.io", "v1", "Website", OldSite.class, Status.class);

    public static final Conversion<Site, Status> CONVERSION =
            Conversion.hub(V2).spoke(V1, Websites::toHub, Websites::fromHub);

    public static final Crd CRD = Crd.hub(V2).spoke(CrdVersion.of(V1).preservingUnknown());

    private Websites() {}

    public static Site toHub(OldSite old) {
        return new Site(
                old.size(),
                old.pages().stream()
                        .map(page -> new Page(page.name(), page.text(), null))
                        .toList(),
                null);
    }

    public static OldSite fromHub(Site site) {
        return new OldSite(
                site.replicas(),
                site.pages().stream()
                        .map(page -> new OldPage(page.name(), page.text()))
                        .toList(),
                null);
    }
}
